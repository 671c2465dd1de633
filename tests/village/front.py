"""What one company's web server does: its pages, and what it does with a posted form."""

from aiohttp import web

from tests.village.intake import DEMANDS, Fields, Verdict, judge, visitor
from tests.village.journal import Journal
from tests.village.pages import PROBLEMS, page
from tests.village.scenario import BY_NAME, WIDGET_HOST, FormKind, Site
from tests.village.villagers import Villagers

THANKS = {"fr": "/merci", "en": "/thank-you"}
CF7_ROOT = "/wp-json/contact-form-7/v1/contact-forms/12"
STEP_FIELDS = {1: ("prenom", "nom", "email"), 2: ("objet", "message")}
SCRIPTED = frozenset({FormKind.LATE, FormKind.SHADOW, FormKind.HIDDEN_SUCCESS})
SILENT = frozenset({FormKind.MAILTO, FormKind.IFRAME, FormKind.CONTACT_FORM_7}) | SCRIPTED
"""The kinds whose contact page itself takes no post."""


class Letterbox:
    """Judges what is posted to any site, keeps what it takes, and lets the villagers answer."""

    def __init__(self, journal: Journal, villagers: Villagers) -> None:
        self._journal = journal
        self._villagers = villagers

    def take(self, site: Site, fields: Fields, request: web.Request) -> Verdict:
        """Store the fields if the site's form takes them, and say what came of it."""
        demands = DEMANDS[site.form]
        verdict = judge(demands, fields)
        if verdict.stored:
            self._journal.append(site.name, "contact", fields, request.cookies.get("cookie_choice", ""))
            self._villagers.answer(site, visitor(demands, fields))
        return verdict

    def take_stray(self, site: Site, form: str, fields: Fields) -> None:
        """Store what went into another form than the one for messages."""
        self._journal.append(site.name, form, fields)


async def posted(request: web.Request) -> dict[str, str]:
    """The text fields of a form post or of a JSON object; the last of a repeated name wins.

    Raises:
        web.HTTPBadRequest: the JSON is not an object.
    """
    if request.content_type == "application/json":
        fields = await request.json()
        if not isinstance(fields, dict):
            raise web.HTTPBadRequest
        return {name: str(value) for name, value in fields.items()}
    return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


class Front:
    """One site's routes. `widget` is the address of the third party's server."""

    def __init__(self, site: Site, letterbox: Letterbox, widget: str) -> None:
        self._site = site
        self._letterbox = letterbox
        self._widget = widget

    def routes(self) -> list[web.RouteDef]:
        """Every address this site answers at."""
        company = self._site.company
        routes = [
            web.get("/", self.home),
            web.get("/robots.txt", self.robots),
            web.get(company.about_page[0], self.about),
            web.get(company.legal_page[0], self.legal),
            web.get(THANKS[company.language], self.thanks),
        ]
        if company.contact_page[0] != "/":
            routes.append(web.get(company.contact_page[0], self.contact))
        return routes + self._post_routes()

    def _post_routes(self) -> list[web.RouteDef]:
        kind, contact = self._site.form, self._site.company.contact_page[0]
        if kind in SCRIPTED:
            return [web.post("/api/message", self.post_scripted)]
        if kind is FormKind.CONTACT_FORM_7:
            return [
                web.post(f"{CF7_ROOT}/feedback", self.post_cf7),
                web.get(f"{CF7_ROOT}/refill", self.refill),
            ]
        if kind is FormKind.STEPS:
            return [web.post(contact, self.post_step)]
        if kind is FormKind.CROWDED:
            return [
                web.post(contact, self.post_page),
                web.get("/recherche", self.search),
                web.post("/newsletter", self.newsletter),
                web.get("/connexion", self.login),
                web.post("/connexion", self.login),
            ]
        return [] if kind in SILENT else [web.post(contact, self.post_page)]

    async def home(self, _request: web.Request) -> web.Response:
        return page(self._site, "home.html")

    async def about(self, _request: web.Request) -> web.Response:
        return page(self._site, "about.html", title=self._site.company.about_page[1])

    async def legal(self, _request: web.Request) -> web.Response:
        return page(self._site, "legal.html", title=self._site.company.legal_page[1])

    async def thanks(self, _request: web.Request) -> web.Response:
        return page(self._site, "thanks.html", title="Merci" if self._site.language == "fr" else "Thank you")

    async def robots(self, _request: web.Request) -> web.Response:
        return web.Response(text=self._site.robots)

    async def contact(self, _request: web.Request) -> web.Response:
        return self._form({}, {})

    def _form(self, values: Fields, errors: Fields, step: int = 1) -> web.Response:
        path, title = self._site.company.contact_page
        return page(
            self._site,
            "home.html" if path == "/" else "contact.html",
            title=title,
            status=422 if errors else 200,
            widget=self._widget,
            values=values,
            errors=errors,
            step=step,
        )

    async def post_page(self, request: web.Request) -> web.Response:
        """A plain post: the form again with what is wrong, or on to the thanks."""
        fields = await posted(request)
        return self._answer(self._letterbox.take(self._site, fields, request), fields)

    def _answer(self, verdict: Verdict, fields: Fields) -> web.Response:
        if verdict.errors and not verdict.trapped:
            return self._form(fields, verdict.errors)
        raise web.HTTPSeeOther(THANKS[self._site.language])

    async def post_step(self, request: web.Request) -> web.Response:
        """One step of three: two of fields, one that confirms and sends."""
        fields = await posted(request)
        step = fields.pop("etape", "1")
        if back := fields.pop("retour", ""):
            return self._form(fields, {}, step=1 if back == "1" else 2)
        if step == "3":
            return self._answer(self._letterbox.take(self._site, fields, request), fields)
        return self._next_step(2 if step == "2" else 1, fields)

    def _next_step(self, step: int, fields: Fields) -> web.Response:
        wrong = judge(DEMANDS[self._site.form], fields).errors
        errors = {name: what for name, what in wrong.items() if name in STEP_FIELDS[step]}
        return self._form(fields, errors, step=step if errors else step + 1)

    async def post_scripted(self, request: web.Request) -> web.Response:
        """What a page's own script posts; it shows the outcome by itself."""
        verdict = self._letterbox.take(self._site, await posted(request), request)
        return web.json_response(
            {"ok": not verdict.errors, "errors": dict(verdict.errors)}, status=422 if verdict.errors else 200
        )

    async def post_cf7(self, request: web.Request) -> web.Response:
        """Contact Form 7's feedback: always 200, the status is in the JSON."""
        errors = self._letterbox.take(self._site, await posted(request), request).errors
        refused = "Un ou plusieurs champs contiennent une erreur. Veuillez vérifier et essayer à nouveau."
        sent = "Merci pour votre message. Il a été envoyé."
        return web.json_response(
            {
                "contact_form_id": 12,
                "status": "validation_failed" if errors else "mail_sent",
                "message": refused if errors else sent,
                "posted_data_hash": "" if errors else "b7d3a0f5c1e94a86b2f0d4c39e5a7712",
                "into": "#wpcf7-f12-p8-o1",
                "invalid_fields": [
                    {"field": name, "message": PROBLEMS["fr"][what], "idref": None}
                    for name, what in errors.items()
                ],
            }
        )

    async def refill(self, _request: web.Request) -> web.Response:
        return web.json_response([])

    async def search(self, request: web.Request) -> web.Response:
        return page(self._site, "search.html", title="Recherche", query=request.query.get("q", ""))

    async def newsletter(self, request: web.Request) -> web.Response:
        self._letterbox.take_stray(self._site, "newsletter", await posted(request))
        return page(self._site, "newsletter_thanks.html", title="Newsletter")

    async def login(self, request: web.Request) -> web.Response:
        if request.method == "POST":
            self._letterbox.take_stray(self._site, "login", {})
        return page(self._site, "login.html", title="Mon compte")


class Widget:
    """The third party: embedded forms of other sites and the CAPTCHA's frame."""

    host = WIDGET_HOST

    def __init__(self, letterbox: Letterbox) -> None:
        self._letterbox = letterbox

    def routes(self) -> list[web.RouteDef]:
        """Every address of the third party."""
        return [
            web.get("/embed/{site}", self.show),
            web.post("/embed/{site}", self.post),
            web.get("/recaptcha/api2/anchor", self.captcha),
        ]

    def _site(self, request: web.Request) -> Site:
        site = BY_NAME.get(request.match_info["site"])
        if site is None or site.form is not FormKind.IFRAME:
            raise web.HTTPNotFound
        return site

    async def show(self, request: web.Request) -> web.Response:
        return page(self._site(request), "embed.html")

    async def post(self, request: web.Request) -> web.Response:
        """The frame shows the form again with what is wrong, or the thanks."""
        site, fields = self._site(request), await posted(request)
        errors = self._letterbox.take(site, fields, request).errors
        return page(
            site, "embed.html", status=422 if errors else 200, done=not errors, values=fields, errors=errors
        )

    async def captcha(self, _request: web.Request) -> web.Response:
        return page(BY_NAME["fleurs-de-provence"], "captcha_frame.html")
