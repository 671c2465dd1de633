"""The copy of the village's company sites: what each page says, where it lies and how it looks.

Telephone numbers come from the ranges that ARCEP and Ofcom keep for fiction; nobody answers there.
"""

from dataclasses import dataclass
from typing import Literal

Language = Literal["fr", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """One company site. Paths begin with a slash; `colour` and `tint` are CSS colours."""

    name: str
    language: Language
    trade: str
    city: str
    address: str
    phone: str
    tagline: str
    intro: str
    services: tuple[str, ...]
    about: str
    hours: str
    colour: str
    tint: str
    font: str = "system-ui, sans-serif"
    layout: Literal["bar", "centred", "split"] = "bar"
    about_page: tuple[str, str] = ("/a-propos", "À propos")
    legal_page: tuple[str, str] = ("/mentions-legales", "Mentions légales")
    contact_page: tuple[str, str] = ("/contact", "Contact")


SERIF = "Georgia, 'Times New Roman', serif"
ENGLISH_ABOUT = ("/about", "About us")
ENGLISH_LEGAL = ("/legal", "Legal notice")

BOULANGERIE = Company(
    name="Boulangerie Martin",
    language="fr",
    trade="Boulangerie et pâtisserie",
    city="Lyon",
    address="14 rue des Capucins, 69001 Lyon",
    phone="04 65 71 10 14",
    tagline="Le pain au levain, pétri chaque nuit depuis 1987",
    intro="Farines de meules de la Dombes, fermentation lente et four à sole : trois générations au fournil.",
    services=("Pains au levain naturel", "Viennoiseries pur beurre", "Buffets pour entreprises"),
    about="Fondée par Henri Martin, la boulangerie est tenue aujourd'hui par sa petite-fille Marie.",
    hours="Du mardi au dimanche, de 6 h 30 à 19 h 30",
    colour="#8a4b14",
    tint="#fbf3e7",
    font=SERIF,
    layout="centred",
    contact_page=("/nous-ecrire", "Nous écrire"),
)
ATELIER = Company(
    name="Atelier Dubois",
    language="fr",
    trade="Menuiserie et agencement",
    city="Nantes",
    address="3 quai de la Fosse, 44000 Nantes",
    phone="02 61 91 22 03",
    tagline="Escaliers, bibliothèques et cuisines en bois massif",
    intro="Nous dessinons et fabriquons dans notre atelier de l'île de Nantes, avec des bois français.",
    services=("Escaliers sur mesure", "Agencement de boutiques", "Restauration de boiseries"),
    about="Six compagnons, deux apprentis et un chien qui dort dans les copeaux.",
    hours="Du lundi au vendredi, de 8 h à 18 h",
    colour="#2f5d3a",
    tint="#eef4ee",
    contact_page=("/contact/", "Contact"),
)
DENTAL = Company(
    name="Harbour Dental Practice",
    language="en",
    trade="Dental surgery",
    city="Bristol",
    address="8 Welsh Back, Bristol BS1 4SP",
    phone="0117 496 0108",
    tagline="Gentle dentistry by the floating harbour",
    intro="A family practice with four dentists, two hygienists and a very patient receptionist.",
    services=("Check-ups and hygiene", "Invisible braces", "Emergency appointments"),
    about="The practice opened in 2004 in a converted tobacco warehouse and still smells faintly of cedar.",
    hours="Monday to Friday, 8.30 am to 6 pm",
    colour="#0d6e8c",
    tint="#e9f5f8",
    about_page=ENGLISH_ABOUT,
    legal_page=("/privacy", "Privacy and legal"),
    contact_page=("/get-in-touch", "Get in touch"),
)
STUDIO = Company(
    name="Studio Lumière",
    language="fr",
    trade="Photographe",
    city="Bordeaux",
    address="27 rue Notre-Dame, 33000 Bordeaux",
    phone="05 36 49 31 27",
    tagline="Portraits, reportages et mariages en lumière naturelle",
    intro="Inès Caron photographie les gens comme ils sont, sans flash et sans pose forcée.",
    services=("Portrait d'équipe", "Reportage d'entreprise", "Mariage"),
    about="Diplômée de Louis-Lumière, Inès a ouvert son studio aux Chartrons en 2015.",
    hours="Sur rendez-vous",
    colour="#3a3a46",
    tint="#f2f2f5",
    layout="split",
    contact_page=("/contactez-moi", "Contactez-moi"),
)
CYCLES = Company(
    name="Northwind Cycles",
    language="en",
    trade="Bicycle shop and workshop",
    city="Leeds",
    address="41 Call Lane, Leeds LS1 7BT",
    phone="0113 496 0141",
    tagline="Bikes built for hills and bad weather",
    intro="We sell, fit and mend bicycles for people who ride to work whatever the sky does.",
    services=("Workshop and servicing", "Cycle to Work scheme", "Custom wheels"),
    about="Started by two couriers in 2011, now a crew of seven with one very large compressor.",
    hours="Tuesday to Saturday, 9 am to 6 pm",
    colour="#b3341f",
    tint="#fbeeeb",
    about_page=("/our-story", "Our story"),
    legal_page=ENGLISH_LEGAL,
    contact_page=("/enquiries", "Enquiries"),
)
LIBRAIRIE = Company(
    name="Librairie du Parc",
    language="fr",
    trade="Librairie indépendante",
    city="Lille",
    address="52 rue Esquermoise, 59800 Lille",
    phone="03 53 01 52 52",
    tagline="Douze mille livres et trois fauteuils",
    intro="Romans, bandes dessinées et jeunesse, choisis et lus par cinq libraires.",
    services=("Commande sous 48 h", "Rencontres d'auteurs", "Fournitures aux écoles"),
    about="La librairie a ouvert en 1994 face au parc Vauban et fait partie du réseau des indépendants.",
    hours="Du mardi au samedi, de 10 h à 19 h",
    colour="#6b2d5c",
    tint="#f7eef5",
    font=SERIF,
    contact_page=("/contact.html", "Nous contacter"),
)
GARAGE = Company(
    name="Garage Petit",
    language="fr",
    trade="Réparation automobile",
    city="Rennes",
    address="118 route de Lorient, 35000 Rennes",
    phone="02 61 91 35 18",
    tagline="Toutes marques, sans surprise sur la facture",
    intro="Entretien, freins, pneus et carrosserie, avec un devis signé avant le premier coup de clé.",
    services=("Révision constructeur", "Pneus et géométrie", "Véhicule de prêt"),
    about="Bruno Petit a repris le garage de son oncle en 2009 et formé onze mécaniciens depuis.",
    hours="Du lundi au vendredi, de 8 h à 12 h et de 14 h à 18 h 30",
    colour="#1f3f77",
    tint="#edf1f8",
)
ACCOUNTING = Company(
    name="Fairway Accounting",
    language="en",
    trade="Chartered accountants",
    city="Reading",
    address="2 Forbury Road, Reading RG1 1JH",
    phone="0118 496 0102",
    tagline="Books in order, owners at ease",
    intro="Accounts, payroll and VAT for small firms along the Thames valley.",
    services=("Year-end accounts", "Payroll", "VAT returns"),
    about="A partnership of three accountants who left a large firm to answer their own phones.",
    hours="Monday to Friday, 9 am to 5.30 pm",
    colour="#23523f",
    tint="#ecf3f0",
    layout="split",
    about_page=ENGLISH_ABOUT,
    legal_page=ENGLISH_LEGAL,
    contact_page=("/contact-us", "Contact us"),
)
HOTEL = Company(
    name="Hôtel des Tilleuls",
    language="fr",
    trade="Hôtel et salle de séminaire",
    city="Annecy",
    address="9 avenue d'Albigny, 74000 Annecy",
    phone="04 65 71 74 09",
    tagline="Vingt-deux chambres à cent pas du lac",
    intro="Une maison de 1902, un jardin de tilleuls et des petits déjeuners qui durent.",
    services=("Chambres et suites", "Séminaires jusqu'à 30 personnes", "Location de vélos"),
    about="Reprise en 2018 par Élodie et Thomas Favre, la maison a été rénovée chambre après chambre.",
    hours="Réception de 7 h à 22 h",
    colour="#7a6a1c",
    tint="#f8f5e6",
    font=SERIF,
    layout="centred",
    contact_page=("/demande", "Demande d'information"),
)
FLEURS = Company(
    name="Fleurs de Provence",
    language="fr",
    trade="Fleuriste",
    city="Aix-en-Provence",
    address="6 place Richelme, 13100 Aix-en-Provence",
    phone="04 65 71 13 06",
    tagline="Bouquets de saison, cueillis à moins de cent kilomètres",
    intro="Pas de roses en janvier : nous composons avec ce que les producteurs voisins ont coupé le matin.",
    services=("Bouquets du jour", "Mariages", "Abonnement pour bureaux"),
    about="Nadia Benali tient la boutique depuis 2012, son père tient le banc du marché.",
    hours="Tous les jours de 8 h 30 à 19 h 30",
    colour="#b0386b",
    tint="#fcedf3",
)
CABINET = Company(
    name="Cabinet Moreau",
    language="fr",
    trade="Avocats au barreau de Paris",
    city="Paris",
    address="31 rue de Miromesnil, 75008 Paris",
    phone="01 99 00 08 31",
    tagline="Droit du travail et droit des sociétés",
    intro="Le cabinet conseille et défend les dirigeants de petites et moyennes entreprises.",
    services=("Conseil", "Contentieux prud'homal", "Cession d'entreprise"),
    about="Fondé en 1998 par Hélène Moreau, le cabinet réunit quatre avocats.",
    hours="Du lundi au vendredi, de 9 h à 19 h",
    colour="#1d2433",
    tint="#eff0f3",
    font=SERIF,
    layout="split",
)
FERME = Company(
    name="Ferme des Charmes",
    language="fr",
    trade="Maraîchage et paniers",
    city="Dole",
    address="Chemin des Charmes, 39100 Dole",
    phone="03 53 01 39 10",
    tagline="Légumes de plein champ et paniers du vendredi",
    intro="Quatre hectares, quarante légumes, pas de serre chauffée.",
    services=("Paniers hebdomadaires", "Vente à la ferme", "Accueil de classes"),
    about="Lucie et Paul Garnier se sont installés en 2016 sur les terres d'un ancien verger.",
    hours="Vente à la ferme le vendredi de 16 h à 19 h",
    colour="#4f7a1e",
    tint="#f2f7ea",
)
LANDSCAPES = Company(
    name="Greenleaf Landscapes",
    language="en",
    trade="Garden design",
    city="York",
    address="5 Micklegate, York YO1 6JH",
    phone="01632 960 105",
    tagline="Gardens that look after themselves, mostly",
    intro="Design, planting and stonework for gardens large and small around the Vale of York.",
    services=("Garden design", "Dry stone walls", "Seasonal upkeep"),
    about="Owen Hughes trained at Kew and came home to the north with a van and two spades.",
    hours="Monday to Friday, 8 am to 5 pm",
    colour="#2c6e49",
    tint="#ebf5ef",
    about_page=ENGLISH_ABOUT,
    legal_page=("/cookies-and-legal", "Cookies and legal"),
    contact_page=("/contact", "Contact"),
)
POTTERY = Company(
    name="Old Mill Pottery",
    language="en",
    trade="Stoneware studio",
    city="Ludlow",
    address="The Old Mill, Temeside, Ludlow SY8 1PA",
    phone="01632 960 118",
    tagline="Wood-fired stoneware for the table",
    intro="Bowls, mugs and jugs thrown by hand and fired three times a year.",
    services=("Tableware", "Weekend courses", "Commissions"),
    about="Ruth Pryce has worked in the mill since 1999.",
    hours="Thursday to Sunday, 10 am to 4 pm",
    colour="#7b3f2a",
    tint="#f8efea",
    font=SERIF,
    about_page=ENGLISH_ABOUT,
    legal_page=ENGLISH_LEGAL,
)
TRANSPORTS = Company(
    name="Transports Legrand",
    language="fr",
    trade="Transport et logistique",
    city="Le Havre",
    address="Quai de Norvège, 76600 Le Havre",
    phone="02 61 91 76 60",
    tagline="Du port à l'entrepôt, sans rupture",
    intro="Quarante camions et un quai de transbordement au service des importateurs normands.",
    services=("Conteneurs", "Messagerie régionale", "Stockage"),
    about="Entreprise familiale depuis 1961.",
    hours="Du lundi au samedi, de 6 h à 20 h",
    colour="#444444",
    tint="#f0f0f0",
)
OPTICIEN = Company(
    name="Optique Clairvue",
    language="fr",
    trade="Opticien indépendant",
    city="Strasbourg",
    address="20 rue des Orfèvres, 67000 Strasbourg",
    phone="03 53 01 67 20",
    tagline="Des lunettes qui durent, réparées sur place",
    intro="Montures fabriquées dans le Jura, verres taillés à l'atelier, examen de vue sans attente.",
    services=("Examen de vue", "Montures du Jura", "Réparation"),
    about="Claire Weber a fondé la maison en 2003 ; elle appartient au groupement Clairvue depuis 2019.",
    hours="Du mardi au samedi, de 9 h 30 à 18 h 30",
    colour="#0b4f6c",
    tint="#e8f2f6",
    contact_page=("/prendre-contact", "Prendre contact"),
)
PHYSIO = Company(
    name="Brightside Physio",
    language="en",
    trade="Physiotherapy clinic",
    city="Cardiff",
    address="77 Cathedral Road, Cardiff CF11 9HE",
    phone="029 2018 0177",
    tagline="Back on your feet, and kept there",
    intro="Sports injuries, backs and knees, seen within the week by chartered physiotherapists.",
    services=("Sports injuries", "Back pain", "Workplace assessments"),
    about="Gareth Lloyd played scrum-half for eleven years and has had most of the injuries himself.",
    hours="Monday to Saturday, 7.30 am to 7 pm",
    colour="#c26a00",
    tint="#fdf4e7",
    layout="centred",
    about_page=("/team", "The team"),
    legal_page=("/terms", "Terms"),
    contact_page=("/", "Home"),
)
QUINCAILLERIE = Company(
    name="Quincaillerie Roux",
    language="fr",
    trade="Quincaillerie",
    city="Dijon",
    address="12 rue Musette, 21000 Dijon",
    phone="03 53 01 21 12",
    tagline="La vis à l'unité et le conseil avec",
    intro="Onze mille références, du clou de tapissier à la serrure trois points.",
    services=("Serrurerie", "Outillage", "Affûtage"),
    about="Tenue par les Roux depuis 1932, dans les mêmes tiroirs de chêne.",
    hours="Du lundi au samedi, de 9 h à 12 h et de 14 h à 19 h",
    colour="#a3271b",
    tint="#faeceb",
    contact_page=("/ecrivez-nous", "Écrivez-nous"),
)
