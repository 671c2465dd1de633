from classifiers.labels import INTENTS, LABEL_OF, LABELS, Intent, Label, intents_of


def test_every_intent_belongs_to_exactly_one_label():
    assert sorted(intent for label in LABELS for intent in intents_of(label)) == sorted(INTENTS)


def test_an_opt_out_is_cold_and_an_absence_is_spam():
    assert LABEL_OF[Intent.OPT_OUT] is Label.COLD
    assert LABEL_OF[Intent.OOO] is Label.SPAM
