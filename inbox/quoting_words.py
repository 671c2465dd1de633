"""The words by which mail programs announce a quotation, in the languages they speak.

From the localisations of Gmail, Outlook, Apple Mail, Thunderbird, Yahoo, Notes, K-9 and the large webmails.
Everything is lower case; matching folds case first.
"""

import re

from inbox.patterns import any_of, phrases

WROTE = phrases("""
    wrote, writes, said, sent, has written, a écrit, écrit, a ecrit, écrivait, schrieb, geschrieben,
    schreibt, escribió, escribio, ha escrito, escribía, ha scritto, scrisse, scrive, escreveu, schreef,
    geschreven, skrev, skreiv, följande, kirjoitti, kirjutas, skrifaði, napisał, napisał(a), napisała,
    napisał/a, pisze, napsal, napsal(a), napsala, napísal, napísal(a), napísala, написал, написал(а),
    написала, пишет, писал, написав, пише, написала, написа, је написао, napisao, je napisao/la,
    je napisal, je napisala, yazdı, şunu yazdı, şunları yazdı, írta, ezt írta, a scris, έγραψε,
    va escriure, idatzi du, rašė, rakstīja, menulis, menulis, đã viết, 写道, 寫道, написав(ла), のメール,
    書きました, 님이 작성, 작성, כתב, כתבה, كتب,
""")

_ends = "|".join(sorted((re.escape(word) for word in WROTE), key=len, reverse=True))
WROTE_ENDS = frozenset(word.split()[-1] for word in WROTE)
"""The last word of each, for a first look."""
WROTE_INSIDE = re.compile(rf"(?<!\w)(?:{_ends})(?!\w)")

_AFTER_THE_VERB = re.compile(r"\s?\([^()]{0,60}\)$")


def ends_with_verb(text: str) -> bool:
    """Whether an announcement ends here: "On ... Bob wrote:", "X ezt írta (időpont: ...):"."""
    text = text.rstrip("*_").rstrip()
    text = text[:-1].rstrip() if text[-1:] in (":", "：") else text
    return text.endswith(WROTE) or (text[-1:] == ")" and _AFTER_THE_VERB.sub("", text).endswith(WROTE))


QUOTING = re.compile(r"^(?:quoting|zitat von|citando|selon|citat från|citing|цитирование|citas de)\s+\S")

_message = "|".join(
    phrases("""
    message, messages, separator, appointment,
    nachricht, mensaje, mensagem, messaggio, bericht, besked, meddelelse,
    meddelande, melding, viesti, wiadomość, zpráva, správa, сообщение, сообщения, письмо, повідомлення,
    съобщение, 邮件, 郵件, 邮件原件, メッセージ, 메시지, 메일, ileti, mesaj, üzenet, mesajul, μήνυμα,
    missatge, poruka, sporočilo, sõnum, laiškas, pesan, thư, tin nhắn, הודעה, رسالة, mail, e-mail, email,
""")
)
SEPARATOR = re.compile(
    r"^[-_=*~—–]{2,}\s?\**(?!\s*(?:begin|end) )(?:[^\W\d_][\w'’´`.-]*\s+){0,4}?"
    rf"[^\W\d_]{{0,12}}(?:{_message})"
    rf"(?:\s+[\w'’´`.-]+){{0,4}}\s*:?\**\s?[-_=*~—–]{{2,}}"
)
"""A ruled line that names a message: "-----Original Message-----" in any language that has a word for it."""

FORWARDED = re.compile(
    any_of(r"""
        ^[-_=*~—–\s]*(?:begin forwarded message|début du message (?:réexpédié|transféré)
            |anfang der weitergeleiteten nachricht|inizio messaggio inoltrato|inicio del mensaje reenviado
            |início da mensagem (?:re)?encaminhada|begin doorgestuurd bericht|vidarebefordrat (?:brev
            |meddelande)|start på videresendt (?:besked|e-mail)|videresendt melding|välitetty viesti alkaa
            |początek przekazywanej wiadomości|začátek přeposlané zprávy|начало переадресованного сообщения
            |нижче переслане повідомлення|下面是被转发的邮件|転送されたメッセージ|iletilen mesajın başlangıcı
            |továbbított levél kezdete)\s*[:：]?[-_=*~—–\s]*$
    """)
)
FORWARDED_BY = re.compile(
    any_of(r"""
        ^[-_=*~—–\s]{3,}(?:forwarded by|transféré par|weitergeleitet von|inoltrato da|reenviado por
            |encaminhado por|doorgestuurd door|videresendt af|vidarebefordrat av)\s
    """)
)

_KEYS = {
    "from": phrases("""
        from, author, von, de, da, van, fra, från, lähettäjä, od, nadawca, от, від, відправник, 发件人,
        寄件者, 差出人, 보낸사람, 보낸, 사람, kimden, gönderen, feladó, felad ó, de la, από, từ, מאת, من,
        expéditeur, remitente, mittente, afzender, remetente, dari, saatja,
    """),
    "to": phrases("""
        to, an, à, a, aan, til, till, vastaanottaja, do, komu, adresat, кому, 收件人, 收件者, 宛先,
        받는사람, 받는, 사람, kime, alıcı, címzett, către, προς, đến, tới, ל, אל, إلى, para, per,
        destinataire, destinatario, destinatário, kepada,
    """),
    "cc": phrases("""
        cc, copie, copia, cópia, kopie, kopia, kopi, kopio, dw, копия, копія, 抄送, 副本, 참조, bilgi,
        másolatot kap, κοιν,
    """),
    "bcc": phrases("""
        bcc, cci, cco, ccn, bc, ukryte do, скрытая копия, 密送,
    """),
    "date": phrases("""
        date, sent, datum, gesendet, envoyé, envoyé le, data, inviato, enviado, enviada, fecha,
        enviado el, verzonden, dato, sendt, skickat, skickat den, lähetetty, päiväys, päivämäärä,
        wysłano, wysłane, odesláno, odoslané, дата, отправлено, надіслано, 日期, 发送时间, 寄件日期,
        日時, 送信日時, 보낸날짜, 보낸, 날짜, tarih, gönderildi, gönderme tarihi, dátum, elküldve, dată,
        trimis, ημερομηνία, ngày, đã gửi, תאריך, נשלח, تاريخ, date d'envoi, datum van verzending,
        enviada em, data de envio, dikirim, sent on,
    """),
    "subject": phrases("""
        subject, betreff, objet, oggetto, asunto, assunto, onderwerp, emne, ämne, aihe, temat, předmět,
        predmet, тема, 主题, 主旨, 件名, 제목, konu, tárgy, subiect, θέμα, chủ đề, tiêu đề, נושא,
        الموضوع, assumpte, teema, re,
    """),
    "reply-to": phrases("""
        reply-to, reply to, répondre à, antwort an, rispondi a, risposta, responder a, responder para,
        beantwoorden, svar til, svara till, odpowiedz do, ответить,
    """),
    "other": phrases("""
        importance, priority, attachments, attachment, sent by, wichtigkeit, importancia, importância,
        anlage, anlagen, pièces jointes, sensitivity, organization, company, mailed-by, signed-by,
        categories, priorità, prioriteit,
    """),
}


HEADER_KEYS = {name: kind for kind, names in reversed(_KEYS.items()) for name in names}
"""A header's name as a mail program prints it above a quotation -> which header that is."""
LONGEST_KEY = max(map(len, HEADER_KEYS))

MOBILE = re.compile(
    any_of(r"""
        ^(?:sent (?:from|via|using|with|by)|get outlook for|download outlook|envoyé (?:depuis|de
            |à partir de|avec|via)|obtenez outlook|télécharger outlook|provenance\s?: courrier
            |von mein\w+ .{1,40} gesendet|gesendet (?:von|mit|über)|diese nachricht wurde von mein\w+
            |holen sie sich outlook|inviato (?:da|dal|con)|scarica outlook|enviado (?:desde|de|do|a partir
            |com|con|via)|enviada do|obtener outlook|verzonden (?:vanaf|met|via|vanuit)|verstuurd (?:vanaf
            |met)|outlook voor|skickat från|sendt fra|sendt med|lähetetty |wysłane? z|wysłano z|odesláno z
            |odoslané z|отправлено (?:с|из)|надіслано з
            |発信|iphoneから送信|发自我的|從我的|나의 .{1,20}에서 보냄
            |elküldve |trimis de pe|στάλθηκε από|được gửi từ|.{1,20} cihazımdan gönderildi)
    """)
)
"""The line that a telephone or an app adds under what a person wrote."""
