"""Trap fields: what a person cannot see, or is told to leave alone. A form that got one lies about success.

Names and classes are those that form products print; sources: WPForms, Gravity Forms, Elementor, Fluent
Forms, Ninja Forms, Formidable, Akismet, Mailchimp, Formspree, Netlify, Divi and Powermail.
"""

import re

from browser.forms.vocabulary import normal
from browser.snapshot import Control

_KNOWN = re.compile(
    r"gform_validation_container|wpforms\[hp\]|wpforms-field-hp|nf-field-hp|ff-hpsf|hpsf|frm_verify|"
    r"ak_hp_textarea|"
    r"akismet-fields-container|honey[-_ ]?pot|\bhp[-_](field|email|url|name)|_gotcha|bot[-_]field|"
    r"no[-_]?bots?\b|"
    r"powermail\[field\]\[__hp\]|__hp\b|winnie|required-field-hp|\bb_[0-9a-f]{20,}_[0-9a-f]{8,}|"
    r"antispam[-_]?trap|"
    r"et_pb_honeypot|avia_username|\bhide[-_]?(it|me|this)\b|apbct__email_id|hustle-hp|spam[-_]?trap|"
    r"beehive|ubafs-|leave[-_ ](this[-_ ])?(field[-_ ])?(blank|empty)",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"leave (this |the )?(field )?(blank|empty|unchanged)|should be (left )?(unchanged|blank|empty)|"
    r"leave text ?box empty|(must|should|has to) (be|stay|remain) (left )?(blank|empty)|"
    r"(doit|devrait) (rester|etre( laisse)?) vide|"
    r"do(n t| not) (fill|enter|write|type|put|complete|use)|if you (are|re) (a )?human|if you see this|"
    r"laisse[rz]? (ce |le )?champ vide|laisse[rz]? vide|ne (pas remplir|remplissez pas|remplir pas)|"
    r"(lass\w*|leave|laisse\w*|dej\w*|lasci\w*|laat|deix\w*) (\w+ ){0,4}(leer|frei|blank|empty|vide|vacio|"
    r"en blanco|vuoto|in bianco|leeg|vazio|em branco)\b|"
    r"leer lassen|leer bleiben|nicht ausfullen|frei lassen|no (rellen|llen|complet)\w* (este|el) campo|"
    r"(deja|deje|dejar)\w* (este |el )?(campo )?(vacio|en blanco)|non compilare|lascia\w* (il |"
    r"questo )?(campo )?vuoto|"
    r"lascia\w* vuoto|laat (dit|het) veld leeg|leeg laten|niet invullen|vul dit veld niet|"
    r"nao preench\w+|deix\w+ (este |o )?(campo )?(em branco|vazio)",
)
_HIDDEN = frozenset({"opacity", "size", "clip", "offscreen", "visibility"})
"""Ways to hide that no conditional field needs: display would do."""


def trap(control: Control) -> str:
    """Why this control is a trap, or an empty string."""
    own = f"{control.name} {control.id} {control.css_class} {control.around}"
    if known := _KNOWN.search(own):
        return f"known trap: {known.group()}"
    for text in control.labels.values():
        if told := _TOLD.search(normal(text)):
            return f"says “{told.group()}”"
    if control.hidden_by in _HIDDEN and not control.reachable:
        return f"hidden by {control.hidden_by}"
    return ""
