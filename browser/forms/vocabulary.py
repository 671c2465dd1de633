"""Label phrases for each meaning in French, English, German, Spanish, Italian, Dutch and Portuguese.

Written by hand; some phrases of other languages are there too. The model learns from them what the pages it
was trained on do not say, and looks labels up in them: `hits` tells which meanings a text speaks of. Phrases
are compared without case, accents or punctuation.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from browser.forms.values import Meaning

_PHRASES: Mapping[Meaning, str] = {
    Meaning.FULL_NAME: """
        nom et prenom | nom prenom | prenom et nom | votre nom | nom complet | nom | vos nom et prenom
        votre nom complet
        name | your name | full name | first and last name | contact name | name and surname | who are you
        author
        name | ihr name | vor und nachname | vollstandiger name | vorname und nachname | vorname nachname
        ansprechpartner
        nombre y apellidos | nombre completo | tu nombre | su nombre | nombre y apellido | nombre apellidos
        nome e cognome | nome completo | il tuo nome | nominativo | cognome e nome | nome cognome
        naam | uw naam | jouw naam | volledige naam | voor en achternaam | je naam | contactpersoon
        nome completo | seu nome | nome e apelido | nome e sobrenome | o seu nome
        ваше имя | имя | фио | ваше фио | контактное лицо | お名前 | 氏名 | 名前
        ご担当者名 | imie i nazwisko
        jmeno a prijmeni
        nev | teljes nev | namn | navn | ditt namn | nimi | ad soyad | adiniz | isminiz | ime i prezime
        nume | όνομα | 姓名""",
    Meaning.FIRST_NAME: """
        prenom | votre prenom | prenoms | first name | given name | forename | your first name | firstname
        fname | first
        vorname | ihr vorname | nombre | nombre de pila | nombres | nome | il tuo nome di battesimo
        nome proprio
        voornaam | uw voornaam | primeiro nome | nome proprio
        imie | jmeno | krestni jmeno | keresztnev | fornamn | fornavn | etunimi | prenume | ime | 名""",
    Meaning.LAST_NAME: """
        nom de famille | nom | votre nom de famille | last name | surname | family name | your last name
        lastname | lname | last
        nachname | familienname | zuname | ihr nachname | apellidos | apellido | primer apellido
        cognome | il tuo cognome | achternaam | familienaam | uw achternaam | sobrenome | apelido
        ultimo nome
        фамилия | nazwisko | prijmeni | vezeteknev | efternamn | etternavn | sukunimi | soyad | prezime
        姓""",
    Meaning.SALUTATION: """
        civilite | titre de civilite | monsieur madame | m mme | mr mrs ms | salutation | title mr mrs
        prefix
        anrede | frau herr | tratamiento | senor senora | sr sra | titolo | appellativo | sig sig ra
        aanhef | dhr mevr | geslacht aanhef | saudacao | tratamento | sr sra | gender | sexe | geschlecht""",
    Meaning.EMAIL: """
        e mail | email | courriel | adresse e mail | adresse email | votre email | adresse mail | mail
        adresse de courriel
        email address | your email | e mail address | your e mail address | business email | work email
        reply to
        e mail adresse | ihre e mail | mailadresse | ihre e mail adresse | correo electronico | correo
        tu correo
        direccion de correo | indirizzo email | posta elettronica | la tua email | indirizzo e mail
        e mailadres | emailadres | uw e mailadres | jouw email | endereco de email | seu email
        correio eletronico
        メールアドレス | メール | eメール | электронная почта | ваш e mail | почта | адрес электронной почты
        e posta
        adres e mail | e mail cim | e post | e postadress | sahkoposti | emailova adresa | имейл | имэйл
        ηλεκτρονικη | 电子邮件""",
    Meaning.CONFIRM_EMAIL: """
        confirmer email | confirmez votre adresse e mail | confirmation e mail | verification email
        repetez votre email
        confirm email | confirm your email | repeat email | retype email | re enter email | email again
        verify email
        e mail bestatigen | e mail wiederholen | e mail bestatigung | confirmar correo | repetir correo
        repite tu email
        conferma email | ripeti email | conferma indirizzo email | bevestig e mail | herhaal e mailadres
        confirmar email | confirme seu email | repita o email
        メールアドレス確認 | メールアドレス 確認用 | powtorz e mail""",
    Meaning.PHONE: """
        telephone | tel | numero de telephone | votre telephone | telephone portable | mobile | portable
        n de telephone
        phone | phone number | telephone number | mobile number | cell phone | contact number | your phone
        daytime phone
        telefon | telefonnummer | handy | mobilnummer | rufnummer | ihre telefonnummer | telefono
        numero de telefono
        movil | celular | telefono de contacto | cellulare | numero di telefono | recapito telefonico
        telefoon | telefoonnummer | mobiel nummer | gsm | uw telefoonnummer | telefone | telemovel | whatsapp
        numero de telefone | 電話番号 | お電話番号 | телефон | ваш телефон | номер телефона | numer telefonu
        telefonszam
        puhelin | puhelinnumero | telefonnummer mobil | telefoni | τηλεφωνο | telefon numarasi | 电话
        phone area code | indicatif | country code phone""",
    Meaning.COMPANY: """
        societe | entreprise | nom de la societe | raison sociale | organisation | votre entreprise
        organisme | structure
        company | company name | organization | organisation | business name | your company | firm
        institution
        firma | unternehmen | firmenname | unternehmensname | empresa | nombre de la empresa | compania
        razon social
        azienda | societa | nome azienda | ragione sociale | ente | bedrijf | bedrijfsnaam | organisatie
        uw bedrijf
        empresa | nome da empresa | companhia | instituicao | 会社名 | 貴社名 | 企業名
        компания | организация | название компании | nazwa firmy | spolecnost | ceg | foretag | yritys
        sirket""",
    Meaning.JOB_TITLE: """
        fonction | poste | profession | votre fonction | poste occupe | metier | intitule du poste
        job title | position | role | occupation | your role | job function | designation
        position im unternehmen | beruf | funktion | stellung | cargo | puesto | profesion | ocupacion
        ruolo | professione | qualifica | mansione | functie | beroep | functietitel | cargo | funcao
        profissao""",
    Meaning.WEBSITE: """
        site web | site internet | votre site | url du site | adresse du site | website | web site
        your website | url
        homepage | site url | company website | web address | webseite | internetseite | ihre website
        website url | website address | adresse web | adresse internet | instagram | facebook | linkedin
        internetadresse | webadresse | direccion web | indirizzo web | endereco web
        sitio web | pagina web | web | sito web | sito internet | sito | uw website | webadres | site
        seu site""",
    Meaning.SUBJECT: """
        sujet | objet | objet du message | votre sujet | titre du message | objet de votre demande
        subject | your subject | message subject | title | topic | regarding | re subject
        betreff | thema | ihr betreff | asunto | tema | titulo | oggetto | oggetto del messaggio
        titolo del messaggio
        onderwerp | uw onderwerp | assunto | titulo da mensagem | 件名 | 題名 | タイトル
        тема | тема сообщения | тема письма | temat | predmet | targy | amne | emne | aihe | konu
        subiect | θεμα""",
    Meaning.MESSAGE: """
        message | votre message | commentaire | commentaires | votre demande | question | votre question
        precisions
        description de votre projet | decrivez votre besoin | remarques | message libre
        expliquez votre projet
        your message | comments | comment | enquiry | inquiry | your question | how can we help
        how can we help you
        tell us about your project | what can we do for you | feedback | additional information | details
        notes
        description | request | nature of enquiry details | message body | questions or comments
        tell us more
        nachricht | ihre nachricht | mitteilung | kommentar | anfrage | ihre anfrage | bemerkung | anmerkungen
        mensaje | tu mensaje | comentarios | consulta | comentario | su mensaje | observaciones
        en que podemos ayudarle
        messaggio | il tuo messaggio | richiesta | commento | note | testo | come possiamo aiutarti
        bericht | uw bericht | opmerking | opmerkingen | vraag | uw vraag | toelichting | boodschap
        mensagem | sua mensagem | comentarios | duvida | a sua mensagem | observacoes | お問い合わせ内容
        お問合せ内容
        ご質問 | 内容
        сообщение | ваше сообщение | комментарий | текст сообщения | вопрос | ваш вопрос | текст
        wiadomosc | tresc wiadomosci
        zprava | uzenet | meddelande | melding | besked | viesti | mesaj | mesajiniz | poruka | μηνυμα
        留言""",
    Meaning.STREET: """
        adresse | adresse postale | rue | numero et rue | votre adresse | complement d adresse
        adresse ligne 2
        address | street address | street | address line 1 | address line 2 | mailing address | your address
        postal address | house number | house name | apartment suite | home address | location address
        strasse | strasse und hausnummer | anschrift | hausnummer | adresse | adresszusatz | strasse nr
        direccion | calle | domicilio | direccion postal | calle y numero
        indirizzo | via | via e numero civico | numero civico | indirizzo completo | adres | straat
        straatnaam
        huisnummer | straat en huisnummer | toevoeging | straat nr | endereco | rua | morada | logradouro
        住所 | ご住所 | адрес | ulica | adresa | cim | adress | osoite | adres satiri""",
    Meaning.POSTCODE: """
        code postal | cp | zip | zip code | postcode | postal code | zip postal code | post code
        zip code postal
        plz | postleitzahl | codigo postal | c p | cap | codice postale | postcode | codigo postal | cep
        郵便番号 | 〒 | индекс | kod pocztowy | psc | iranyitoszam | postnummer | postinumero | posta kodu
        zipcode""",
    Meaning.CITY: """
        ville | commune | localite | votre ville | city | town | suburb | city town | town city
        ort | stadt | wohnort | plz ort | ciudad | localidad | poblacion | municipio | citta | comune
        localita
        plaats | stad | woonplaats | gemeente | cidade | localidade | municipio
        город | ваш город | miasto | miejscowosc | mesto | varos | kaupunki | sehir | by og postnr | 市区町村
        都市""",
    Meaning.REGION: """
        region | departement | province | etat | canton | state | county | state province
        province state region
        bundesland | kanton | provincia | estado | comunidad autonoma | regione | provincia prov | provincie
        estado | distrito | uf | 都道府県 | область | wojewodztwo | kraj okres | megye | lan | fylke""",
    Meaning.COUNTRY: """
        pays | votre pays | pays de residence | country | country region | your country | nation | nationality
        land | staat | pais | tu pais | paese | nazione | stato | land van herkomst | pais de origem | 国
        страна | kraj | zeme | orszag | maa | ulke | drzava | χωρα | 国家""",
    Meaning.BUDGET: """
        budget | votre budget | budget estime | budget previsionnel | montant | fourchette de budget
        estimated budget | approximate budget | budget approximatif | ungefahres budget | amount
        project budget | your budget | price range | budget range | investment | ihr budget | budgetrahmen
        presupuesto | presupuesto estimado | presupuesto aproximado | budget previsto | budget indicativo
        uw budget | orcamento | orcamento estimado | verba""",
    Meaning.DEPARTMENT: """
        service | service concerne | type de demande | nature de la demande | vous souhaitez | motif
        motif de contact
        votre demande concerne | je suis interesse par | departement concerne | theme de la demande
        vous etes
        department | enquiry type | type of enquiry | inquiry type | reason for contact
        reason for contacting us
        i am interested in | interested in | category | service required | contact reason | nature of enquiry
        who would you like to contact | send to | recipient | product | services of interest
        what is this about
        abteilung | art der anfrage | anliegen | grund der anfrage | ich interessiere mich fur | kategorie
        departamento | tipo de consulta | motivo de contacto | motivo de la consulta | servicio
        estoy interesado en
        reparto | tipo di richiesta | motivo del contatto | sono interessato a | servizio | categoria
        afdeling | soort vraag | reden van contact | ik ben geinteresseerd in | dienst
        departamento | tipo de contato | motivo do contacto | setor | servico""",
    Meaning.HOW_HEARD: """
        comment nous avez vous connu | comment avez vous entendu parler de nous | vous nous avez connu par
        how did you hear about us | how did you find us | where did you hear about us | referral source
        referred by
        wie haben sie von uns erfahren | wie sind sie auf uns aufmerksam geworden | wie haben sie uns gefunden
        como nos conociste | como nos has conocido | como se entero de nosotros | como nos encontro
        come ci hai conosciuto | come hai saputo di noi | come ci avete conosciuti
        hoe heeft u ons gevonden | hoe bent u bij ons terechtgekomen | hoe heb je ons gevonden
        como nos conheceu | como soube de nos | onde nos encontrou""",
    Meaning.CONSENT: """
        j accepte la politique de confidentialite
        en soumettant ce formulaire j accepte que mes donnees soient utilisees
        j ai lu et j accepte les conditions | j accepte les conditions generales | consentement rgpd
        je consens
        j accepte que les informations saisies soient exploitees dans le cadre de la demande de contact | rgpd
        i agree to the privacy policy | i have read and accept the terms
        i consent to having this website store my submitted information
         i accept the terms and conditions | by submitting this form i agree | gdpr agreement
        i agree to the processing of my personal data | consent | terms and conditions
        i understand and agree
        ich stimme der datenschutzerklarung zu | ich habe die datenschutzerklarung gelesen
        einwilligung datenschutz
        ich bin einverstanden dass meine daten zur bearbeitung meiner anfrage gespeichert werden | datenschutz
        acepto la politica de privacidad | he leido y acepto | acepto los terminos y condiciones | aviso legal
        accetto la privacy policy | acconsento al trattamento dei dati personali | ho letto l informativa
        privacy
        ik ga akkoord met de privacyverklaring | ik heb de voorwaarden gelezen | toestemming avg | akkoord
        aceito a politica de privacidade | li e aceito os termos
        concordo com o tratamento dos meus dados | lgpd""",
    Meaning.MARKETING: """
        je souhaite recevoir la newsletter | j accepte de recevoir des offres commerciales
        inscription a la newsletter
        recevoir nos actualites | abonnez moi | je m abonne | recevoir des informations de nos partenaires
        subscribe to newsletter | i would like to receive news and offers | keep me updated | sign me up
        marketing emails
        i want to receive promotional emails | join our mailing list | email me about special offers
        notify me of new posts | opt in to marketing | stay informed about our products
        newsletter abonnieren | ich mochte den newsletter erhalten
        informationen und angebote per e mail erhalten
        suscribirme al boletin | deseo recibir ofertas | quiero recibir informacion comercial
        comunicaciones comerciales
        iscrivimi alla newsletter | desidero ricevere offerte
        acconsento a ricevere comunicazioni commerciali | marketing
        schrijf me in voor de nieuwsbrief | ik wil aanbiedingen ontvangen | nieuwsbrief ontvangen
        quero receber novidades | receber a newsletter | aceito receber comunicacoes de marketing
        promocoes""",
    Meaning.FILE: """
        fichier | piece jointe | joindre un fichier | votre cv | telecharger un document | file
        attachment | upload
        upload file | attach a file | upload your cv | resume | datei | anhang | datei hochladen | lebenslauf
        archivo | adjuntar archivo | adjunto | allega file | allegato | carica file | bestand | bijlage
        bestand uploaden | arquivo | anexo | anexar ficheiro""",
    Meaning.DATE: """
        date | date souhaitee | date de naissance | jour | mois | annee | heure | date d arrivee
        creneau horaire
        preferred date | date of birth | day | month | year | time | event date | arrival date
        departure date
        datum | geburtsdatum | wunschtermin | uhrzeit | tag monat jahr | anreise | abreise | fecha
        fecha de nacimiento
        hora | dia mes ano | fecha deseada | data | data di nascita | ora | giorno mese anno | data preferita
        geboortedatum | gewenste datum | tijd | data de nascimento | horario | data pretendida""",
    Meaning.HONEYPOT: """
        laissez ce champ vide | ne remplissez pas ce champ | si vous etes humain laissez ce champ vide
        leave this field empty | leave this field blank | leave blank | do not fill this in
        please do not fill in this field
         if you are human leave this field blank | don t fill this out if you re human | spam protection
        please leave this field empty | this field is for validation purposes and should be left unchanged
        honeypot
        bitte leer lassen | dieses feld nicht ausfullen | dieses feld bitte frei lassen
        bitte nicht ausfullen
        no rellenes este campo | deja este campo vacio | deje este campo en blanco | lascia vuoto questo campo
        non compilare questo campo | lasciare vuoto | laat dit veld leeg | niet invullen
        vul dit veld niet in
        deixe este campo em branco | nao preencha este campo | deixe em branco""",
    Meaning.CAPTCHA: """
        captcha | code de securite | recopiez le code | combien font | verification anti spam | anti spam
        code de controle
        security code | enter the code | verification code | type the characters | what is 2 plus 3
        are you human
        prove you are human | i am not a robot | enter the characters shown | word verification
        solve the sum
        sicherheitscode | bitte rechnen sie | spamschutz | sicherheitsfrage | zeichen eingeben
        ich bin kein roboter
        codigo de seguridad | introduce el codigo | cuanto es | escribe los caracteres | no soy un robot
        codice di sicurezza | inserisci il codice | quanto fa | codice di verifica | non sono un robot
        beveiligingscode | typ de code over | hoeveel is | controlevraag | ik ben geen robot
        codigo de seguranca | digite o codigo | quanto e | nao sou um robo
        код с картинки | введите код | проверочный код | защитный код | 画像認証 | kod z obrazka
        overovaci kod""",
    Meaning.OTHER: """
        mot de passe | nom d utilisateur | rechercher | numero de commande | numero client | quantite
        fax | surface
        password | username | search | order number | account number | quantity | invoice number | fax
        middle name | user name | team name | project name | product name | event name | recipient name
        nom du projet | nom du produit | projektname | produktname | nombre del proyecto | nome del progetto
        projectnaam | nome do projeto | serial number | numero de serie | numero seriale | seriennummer
        nickname | age | rating | coupon code | number of guests | number of people | reference | skype
        vat number
        passwort | benutzername | suche | bestellnummer | kundennummer | anzahl | faxnummer | anzahl personen
        contrasena | usuario | buscar | numero de pedido | cantidad | nif | dni | numero de personas
        password | nome utente | cerca | numero ordine | quantita | codice fiscale | partita iva
        numero persone
        wachtwoord | gebruikersnaam | zoeken | bestelnummer | aantal | aantal personen | klantnummer
        btw nummer
        senha | usuario | pesquisar | numero do pedido | quantidade | cpf | nif | numero de pessoas
        search this site | recherche | keywords | how many | size | colour | kenteken | remember me""",
}


_AT_ENDS_WORDS = """
    please enter your you type in here insert write required optional mandatory not the my of an a field
    pflichtfeld bitte eingeben ihr ihre ihren ihrer dein deine geben sie angeben erforderlich pflichtangabe
    obligatoire requis facultatif optionnel champ votre vos saisissez entrez indiquez saisir mon ma le la un
    une
    obligatorio requerido opcional campo su sus tu tus ingrese ingresa introduce introduzca escribe escriba el
    obbligatorio facoltativo richiesto il tuo tua inserisci scrivi lo
    verplicht vereist verplichte optioneel uw jouw je vul hier voer een de het
    obrigatorio seu sua teu tua digite insira o os as informe introduza preencha
    ваш ваше ваша введите укажите обязательное поле 必須 任意 入力 s"""
_AT_ENDS = frozenset(_AT_ENDS_WORDS.split())


def normal(text: str) -> str:
    """Lower case, no accents, and single spaces for whatever is neither letter nor digit."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", plain).strip()


@lru_cache(maxsize=8192)
def core(text: str) -> str:
    """A label, normal, without the "please enter your" and the "(required)" around it."""
    words = normal(text[:400]).split()
    first, last = 0, len(words)
    while first < last and words[first] in _AT_ENDS:
        first += 1
    while last > first and words[last - 1] in _AT_ENDS:
        last -= 1
    return " ".join(words[first:last] or words)


@lru_cache(maxsize=1)
def phrases() -> Mapping[Meaning, tuple[str, ...]]:
    """Each meaning's phrases, normal."""
    return {
        meaning: tuple(sorted({normal(one) for one in re.split(r"\||\n", text)} - {""}))
        for meaning, text in _PHRASES.items()
    }


@lru_cache(maxsize=1)
def _by_phrase() -> Mapping[str, frozenset[Meaning]]:
    found: dict[str, set[Meaning]] = {}
    for meaning, texts in phrases().items():
        for text in texts:
            found.setdefault(core(text), set()).add(meaning)
    return {text: frozenset(meanings) for text, meanings in found.items()}


@lru_cache(maxsize=8192)
def hits(text: str) -> tuple[frozenset[Meaning], frozenset[Meaning]]:
    """The meanings whose phrase is all that a label says, and those whose phrase is among its first words."""
    table = _by_phrase()
    plain = core(text)
    words = plain.split()[:40]
    inside = {
        meaning
        for start in range(len(words))
        for end in range(start + 1, min(start + 8, len(words)) + 1)
        for meaning in table.get(" ".join(words[start:end]), ())
    }
    return table.get(plain, frozenset()), frozenset(inside)
