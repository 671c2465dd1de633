"""How people of seven languages ask not to be written to again, in words of their own; one a line."""

WISHES = {
    "en": """
        Kindly lose my address.
        Please take this address out of whatever system you are using.
        I'd appreciate it if you never wrote to me again.
        We get enough of these, leave us out in future please.
        Wrong person, and please don't try again.
        This is the third one. No more, please.
        Pls rmv from list thx
        Could somebody there strike our practice from your mailing?
        I did not sign up for this, get me off it.
        Please don't send us anything else.
        Delete our contact details, we never agreed to be contacted.
        Kindly desist from contacting this office.
        My answer is no, and I don't want to hear from you again.
        Under the GDPR I require you to erase everything you hold about me.
        We don't accept unsolicited offers, so please do not email us any more.
        Take my name off your books.
        I'd rather not get these.
        Please respect that we don't want cold emails.
        Can you make sure I don't get any further mails from your company?
        Don't bother me with this again.
        You can cross us off your list.
        I want off this list.
        Enough with the emails.
        Please make this the last message you send us.
        Not for us. Please refrain from any follow-ups.
        Block my address on your side, please.
        We no longer want to be approached by your company.
        I object to my data being used for marketing.
        Would you please quit mailing us?
        Please opt this mailbox out.
        Never contact this school again.
        Do us a favour and stop writing.
    """,
    "fr": """
        Merci d'oublier notre adresse.
        Rayez-nous de vos tablettes, s'il vous plaît.
        Je vous prie de ne plus m'adresser de courrier.
        On ne veut plus avoir de vos nouvelles.
        Inutile de nous relancer.
        Ne nous écrivez plus svp.
        C'est le troisième message, ça suffit maintenant.
        Veuillez effacer mes coordonnées de vos fichiers.
        Je n'ai jamais demandé à recevoir ceci, sortez-moi de là.
        Merci de bien vouloir cesser tout envoi à cette adresse.
        Plus de mails de votre part, merci.
        Je refuse que mes données soient utilisées pour du démarchage.
        Pourriez-vous m'ôter de votre liste d'envoi ?
        Conformément au RGPD, je demande l'effacement de mes données.
        Cessez de nous importuner.
        Nous vous demandons de ne plus utiliser cette adresse.
        Lâchez-nous avec vos offres.
        Prière de ne plus nous solliciter à l'avenir.
        Merci de nous désabonner.
        Je souhaite ne plus être contacté par votre société.
        Ne m'envoyez plus rien.
        Supprimez moi de vos contacts.
        J'aimerais que vous arrêtiez de m'écrire.
        Otez cette adresse de votre base.
        Évitez de nous recontacter.
        Veuillez noter que nous ne voulons recevoir aucune prospection.
        Stop aux sollicitations merci
        Pas intéressé et merci de ne pas insister.
        Je ne vous autorise pas à m'écrire à nouveau.
        Notre mairie ne souhaite pas recevoir ce type de message.
        Merci de nous retirer.
        Enlevez mon mail svp
    """,
    "de": """
        Bitte vergessen Sie unsere Adresse.
        Ich möchte von Ihnen nichts mehr hören.
        Bitte sehen Sie künftig von weiteren Anfragen ab.
        Schreiben Sie uns nicht mehr an.
        Wir wünschen keine weitere Kontaktaufnahme.
        Streichen Sie uns bitte.
        Lassen Sie uns bitte künftig in Ruhe.
        Bitte verschonen Sie mich mit solchen Mails.
        Ich habe dem nie zugestimmt, bitte Daten löschen.
        Hiermit widerspreche ich der Verwendung meiner Adresse zu Werbezwecken.
        Bitte nehmt mich da raus.
        Keine Mails mehr von Ihnen bitte.
        Unterlassen Sie das in Zukunft.
        Bitte löschen Sie uns aus Ihren Unterlagen.
        Nach Art. 17 DSGVO verlange ich die Löschung meiner Daten.
        Hören Sie auf, uns zu schreiben.
        Es reicht jetzt mit den Mails.
        Wir bitten Sie, uns nicht weiter zu kontaktieren.
        Bitte keine Zusendungen mehr an diese Adresse.
        Ich will keine Werbung, auch nicht per Mail.
        Tragen Sie uns bitte aus.
        Bitte diese Adresse nicht mehr verwenden.
        Unsere Kanzlei möchte nicht mehr angeschrieben werden.
        Bitte sperren Sie meine Adresse für Werbung.
        Bitte entfernen Sie diese E-Mail-Adresse.
        Kein Bedarf, bitte nicht wieder melden.
        Wir möchten solche Anfragen nicht bekommen.
        Bitte von weiteren Mails absehen.
        Austragen bitte, danke.
        Ersparen Sie uns bitte weitere Nachrichten.
    """,
    "es": """
        Olvídense de esta dirección, por favor.
        Les ruego que no vuelvan a ponerse en contacto conmigo.
        No nos escriban más.
        Sáquennos de su lista.
        Borren nuestros datos, por favor.
        No queremos saber nada más de ustedes.
        Basta de correos, gracias.
        Quítenme de ahí, nunca me apunté.
        Absténganse de enviarme publicidad.
        Ya les dije que no, no insistan.
        Ejerzo mi derecho de supresión conforme al RGPD.
        Agradecería que dejaran de mandarme mensajes.
        No autorizo el uso de mi correo.
        No deseamos ser contactados de nuevo.
        Retiren este correo de su base.
        Por favor, bórreme.
        No me mandes más cosas.
        Quiero que dejen de escribirme.
        Cesen los envíos a este buzón.
        Denos de baja.
        Pido que eliminen mi dirección.
        No vuelvan a escribir a este colegio.
        No más mensajes, por favor.
        Me opongo al tratamiento de mis datos con fines comerciales.
        Déjennos en paz.
        Eviten contactarnos en el futuro.
        No quiero recibir nada de su empresa.
        Que no me llegue ni un correo más.
        Desuscribirme, por favor.
        Les pido que no me contacten.
    """,
    "it": """
        Vi chiedo di dimenticare questo indirizzo.
        Non scriveteci più.
        Toglieteci dalla lista per cortesia.
        Basta email, grazie.
        Non intendo ricevere altro da voi.
        Cancellate i nostri dati.
        Evitate di ricontattarci.
        Chiedo la cancellazione dei miei dati ai sensi del GDPR.
        Mi tolga dall'elenco.
        Non vogliamo essere contattati di nuovo.
        Smettetela di mandarci messaggi.
        Non ho mai dato il consenso, rimuovetemi subito.
        Vi prego di non inviarmi più nulla.
        Lasciateci in pace.
        Mi oppongo all'uso dei miei dati per fini commerciali.
        Per favore, niente più messaggi a questo indirizzo.
        Si prega di non contattare più questo ufficio.
        Vi invito a cessare ogni comunicazione.
        Eliminate il mio contatto.
        Desidero essere rimosso dalla vostra mailing list.
        Non mi interessa e non scrivetemi più.
        Disiscrizione, grazie.
        Non gradiamo questo tipo di email.
        Astenetevi dall'inviare altre proposte.
        Gradirei non essere più disturbato.
        Non autorizzo l'utilizzo della mia email.
        Finitela con queste mail.
        Togliete la mia mail.
        Vorrei essere cancellata.
        Cancellatemi da tutto.
    """,
    "nl": """
        Vergeet ons adres maar.
        Schrijf ons niet meer aan.
        Haal ons van de lijst alstublieft.
        Wij willen niets meer van u horen.
        Stop met mailen aub.
        Gelieve ons niet meer te contacteren.
        Verwijder onze gegevens uit uw systeem.
        Graag geen mails meer van jullie.
        Ik wil hier vanaf.
        Laat ons met rust.
        Ik maak bezwaar tegen het gebruik van mijn gegevens.
        Op grond van de AVG verzoek ik u mijn gegevens te wissen.
        Wij stellen geen prijs op dit soort berichten.
        Neem geen contact meer met ons op.
        Wilt u mij uit uw bestand halen?
        Geen interesse, graag niet meer benaderen.
        Stuur ons niets meer.
        Ik heb me hier nooit voor aangemeld, haal me eraf.
        Dit is de derde mail, nu is het genoeg.
        Gelieve dit adres niet meer te gebruiken.
        Ik wens geen reclame te ontvangen.
        Schrap ons van uw lijst.
        Meld ons af.
        U mag ons adres schrappen.
        Wij verzoeken u ons niet langer te mailen.
        Bespaar ons verdere berichten.
        Zet ons adres op de zwarte lijst.
        Uitschrijven graag.
        Ik wil geen berichten van uw bedrijf.
        Houd op met sturen.
    """,
    "pt": """
        Esqueçam este endereço, por favor.
        Não nos escrevam mais.
        Retirem-nos da lista.
        Não quero voltar a ouvir falar de vocês.
        Por favor não insistam.
        Apaguem os nossos dados.
        Chega de mensagens.
        Deixem-nos em paz.
        Não autorizo o uso do meu email.
        Nos termos do RGPD, peço o apagamento dos meus dados.
        Parem de me mandar emails.
        Tirem-me daí, nunca me inscrevi.
        Não desejamos ser contactados novamente.
        Agradeço que não voltem a contactar-me.
        Me exclua dessa lista.
        Não mandem mais nada.
        Oponho-me ao tratamento dos meus dados para fins comerciais.
        Abstenham-se de nos contactar.
        Solicito a remoção do meu contato.
        Evitem novos contactos.
        Quero sair da lista.
        Favor não enviar mais propagandas.
        Removam o nosso endereço.
        Não pretendemos receber este tipo de mensagens.
        Deixem de nos enviar publicidade.
        Eliminem o meu email do vosso sistema.
        Nunca mais me escrevam.
        Descadastrem meu email.
        Gostaria de não receber mais nada.
        Peço que cessem os envios.
    """,
}


def lines(language: str) -> list[str]:
    return [line.strip() for line in WISHES[language].splitlines() if line.strip()]
