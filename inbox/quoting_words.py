"""The words by which mail programs announce a quotation, in the languages they speak.

From the localisations of Gmail, Outlook, Apple Mail, Thunderbird, Yahoo, Notes, K-9 and the large webmails. Everything is
lower case; matching folds case first.
"""

import re

WROTE = (
    "wrote", "writes", "said", "sent", "has written",  # English
    "a écrit", "écrit", "a ecrit", "écrivait",  # French
    "schrieb", "geschrieben", "schreibt",  # German
    "escribió", "escribio", "ha escrito", "escribía",  # Spanish
    "ha scritto", "scrisse", "scrive",  # Italian
    "escreveu",  # Portuguese
    "schreef", "geschreven",  # Dutch
    "skrev", "skreiv", "följande",  # Swedish, Danish, Norwegian
    "kirjoitti", "kirjutas", "skrifaði",  # Finnish, Estonian, Icelandic
    "napisał", "napisał(a)", "napisała", "napisał/a", "pisze",  # Polish
    "napsal", "napsal(a)", "napsala", "napísal", "napísal(a)", "napísala",  # Czech, Slovak
    "написал", "написал(а)", "написала", "пишет", "писал", "написав", "пише", "написала:",  # Russian, Ukrainian
    "написа", "је написао", "napisao", "je napisao/la", "je napisal", "je napisala",  # Bulgarian, Serbian, Slovene
    "yazdı", "şunu yazdı", "şunları yazdı",  # Turkish
    "írta", "ezt írta", "a scris", "έγραψε", "va escriure", "idatzi du",  # Hungarian, Romanian, Greek, Catalan, Basque
    "rašė", "rakstīja", "menulis", "menulis:", "đã viết",  # Lithuanian, Latvian, Indonesian, Vietnamese
    "写道", "寫道", "написав(ла)", "のメール", "書きました", "님이 작성", "작성", "כתב", "כתבה", "كتب",
)  # fmt: skip

_ends = "|".join(sorted((re.escape(word) for word in WROTE), key=len, reverse=True))
WROTE_LAST = re.compile(rf"(?:{_ends})(?:\s?\([^()]{{0,60}}\))?\s*[:：]?\s*[*_]*$")
"""The announcement ends with the verb: "On ... Bob wrote:", "X ezt írta (időpont: ...):"."""
WROTE_INSIDE = re.compile(rf"(?<!\w)(?:{_ends})(?!\w)")

QUOTING = re.compile(r"^(?:quoting|zitat von|citando|selon|citat från|citing|цитирование|citas de)\s+\S")

_message = (
    "message|messages|appointment|nachricht|mensaje|mensagem|messaggio|bericht|besked|meddelelse|meddelande|melding|"
    "viesti|wiadomość|zpráva|správa|сообщение|сообщения|письмо|повідомлення|съобщение|邮件|郵件|邮件原件|メッセージ|메시지|"
    "메일|ileti|mesaj|üzenet|mesajul|μήνυμα|missatge|poruka|sporočilo|sõnum|laiškas|pesan|thư|tin nhắn|הודעה|رسالة|mail|e-mail|email"
)
SEPARATOR = re.compile(
    rf"^[-_=*~—–]{{2,}}\s?\**(?!\s*(?:begin|end) )(?:[^\W\d_][\w'’´`.-]*\s+){{0,4}}?(?:{_message})"
    rf"(?:\s+[\w'’´`.-]+){{0,4}}\s*:?\**\s?[-_=*~—–]{{2,}}"
)
"""A ruled line that names a message: "-----Original Message-----" in any language that has a word for it."""

FORWARDED = re.compile(
    r"^[-_=*~—–\s]*(?:begin forwarded message|début du message (?:réexpédié|transféré)|anfang der weitergeleiteten nachricht|"
    r"inizio messaggio inoltrato|inicio del mensaje reenviado|início da mensagem (?:re)?encaminhada|begin doorgestuurd bericht|"
    r"vidarebefordrat (?:brev|meddelande)|start på videresendt (?:besked|e-mail)|videresendt melding|"
    r"välitetty viesti alkaa|początek przekazywanej wiadomości|začátek přeposlané zprávy|начало переадресованного сообщения|"
    r"нижче переслане повідомлення|下面是被转发的邮件|転送されたメッセージ|iletilen mesajın başlangıcı|továbbított levél kezdete"
    r")\s*[:：]?[-_=*~—–\s]*$"
)
FORWARDED_BY = re.compile(
    r"^[-_=*~—–\s]{3,}(?:forwarded by|transféré par|weitergeleitet von|inoltrato da|reenviado por|encaminhado por|"
    r"doorgestuurd door|videresendt af|vidarebefordrat av)\s"
)

_KEYS = {
    "from": "from author von de da van fra från lähettäjä od nadawca от від відправник 发件人 寄件者 差出人 보낸사람|보낸 사람 kimden|gönderen "
    "feladó|felad%20ó de%20la από từ מאת من expéditeur remitente mittente afzender remetente feladó: dari saatja",
    "to": "to an à a aan til till vastaanottaja do komu adresat кому кому: 收件人 收件者 宛先 받는사람|받는 사람 kime|alıcı címzett "
    "către προς đến|tới ל אל إلى para per destinataire destinatario destinatário kepada",
    "cc": "cc cc: copie copia cópia kopie kopia kopi kopio dw dw: копия копія 抄送 副本 참조 bilgi másolatot%20kap κοιν",
    "bcc": "bcc cci cco ccn bc bcc: ukryte%20do скрытая%20копия 密送",
    "date": "date sent datum gesendet envoyé envoyé%20le data inviato enviado enviada fecha enviado%20el verzonden dato sendt sendt: "
    "skickat skickat%20den lähetetty päiväys päivämäärä wysłano wysłane odesláno odoslané дата отправлено надіслано 日期 发送时间 "
    "寄件日期 日時 送信日時 보낸날짜|보낸 날짜 날짜 tarih gönderildi|gönderme%20tarihi dátum elküldve dată trimis ημερομηνία "
    "ngày|đã%20gửi תאריך נשלח تاريخ date%20d'envoi datum%20van%20verzending enviada%20em data%20de%20envio dikirim sent%20on",
    "subject": "subject betreff objet oggetto asunto assunto onderwerp emne ämne aihe temat předmět predmet тема тема: 主题 主旨 "
    "件名 제목 konu tárgy subiect θέμα chủ%20đề|tiêu%20đề נושא الموضوع assumpte teema re",
    "reply-to": "reply-to reply%20to répondre%20à antwort%20an rispondi%20a risposta responder%20a responder%20para beantwoorden "
    "svar%20til svara%20till odpowiedz%20do ответить",
    "other": "importance priority attachments attachment sent%20by wichtigkeit importancia importância anlage anlagen pièces%20jointes "
    "sensitivity organization company mailed-by signed-by categories importancia: priorità prioriteit",
}  # fmt: skip


def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    for kind, words in _KEYS.items():
        for word in words.split():
            for single in word.split("|"):
                table.setdefault(single.replace("%20", " ").rstrip(":"), kind)
    return table


HEADER_KEYS = _table()
"""A header's name as a mail program prints it above a quotation -> which header that is."""
LONGEST_KEY = max(map(len, HEADER_KEYS))

MOBILE = re.compile(
    r"^(?:sent (?:from|via|using|with|by)|get outlook for|download outlook|envoyé (?:depuis|de|à partir de|avec|via)|"
    r"obtenez outlook|télécharger outlook|provenance\s?: courrier|"
    r"von mein\w+ .{1,40} gesendet|gesendet (?:von|mit|über)|diese nachricht wurde von mein\w+|holen sie sich outlook|"
    r"inviato (?:da|dal|con)|scarica outlook|enviado (?:desde|de|do|a partir|com|con|via)|enviada do|obtener outlook|"
    r"verzonden (?:vanaf|met|via|vanuit)|verstuurd (?:vanaf|met)|outlook voor|skickat från|sendt fra|sendt med|"
    r"lähetetty |wysłane? z|wysłano z|odesláno z|odoslané z|отправлено (?:с|из)|надіслано з|発信|iphoneから送信|发自我的|從我的|"
    r"나의 .{1,20}에서 보냄|elküldve |trimis de pe|στάλθηκε από|được gửi từ|.{1,20} cihazımdan gönderildi)"
)
"""The line that a telephone or an app adds under what a person wrote."""
