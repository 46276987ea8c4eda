"""One settings file; everything that differs between sites comes from the environment."""

import os
import re
import secrets
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import dj_database_url
from csp.constants import SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("SAMLENG_HOME", ROOT / "var")).resolve()
HOME.mkdir(parents=True, exist_ok=True)
# Where “Leave at once” leads if neither the site nor its land names a page.
NOWHERE = "https://www.wikipedia.org/"


def kept_secret(name: str) -> str:
    """A random secret of this site, made once and kept outside the database and its backups."""
    path = HOME / "keys" / name
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def listed(name: str, default: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def hosts_of(tiles: str) -> list[str]:
    """The hosts that map tiles come from, as the content policy names them; none of an address of ours."""
    if not tiles or (tiles.startswith("/") and not tiles.startswith("//")):
        return []
    if not re.fullmatch(r"https?://[A-Za-z0-9.{}:-]+/\S*", tiles):
        raise ImproperlyConfigured(
            f"SAMLENG_TILES = {tiles!r} is no address of map tiles: "
            'write one such as "https://tiles.example.org/{z}/{x}/{y}.png".'
        )
    scheme, host = tiles.split("/")[0], tiles.split("/")[2]
    return [f"{scheme}//{host.replace('{s}', '*')}"]


def country_of(pack: Path) -> dict[str, Any]:
    """What a pack's country.toml says; nothing where there is no pack yet."""
    about = pack / "country.toml"
    return tomllib.loads(about.read_text(encoding="utf-8")) if about.is_file() else {}


def exit_of(pack: Path) -> str:
    """Where somebody goes who leaves at once: a page that anybody might be reading, chosen by the land."""
    address = os.environ.get("SAMLENG_EXIT_ADDRESS") or country_of(pack).get("exit_address") or NOWHERE
    if not re.fullmatch(r"https://[A-Za-z0-9.-]+(/\S*)?", str(address)):
        raise ImproperlyConfigured(
            f"SAMLENG_EXIT_ADDRESS or exit_address = {address!r} is no address of a page: "
            'write one such as "https://www.wikipedia.org/".'
        )
    return str(address)


def clock_of(pack: Path) -> str:
    """The zone whose clock the people of a pack's land read; UTC where there is no pack yet."""
    about = pack / "country.toml"
    if not about.is_file():
        return "UTC"
    zone: Any = country_of(pack).get("time_zone")
    try:
        return ZoneInfo(zone).key
    except (ValueError, TypeError, OSError, KeyError):
        raise ImproperlyConfigured(
            f"time_zone = {zone!r} in {about} is no zone that this machine knows: "
            'write an IANA name such as "Asia/Phnom_Penh", or install tzdata.'
        ) from None


DEBUG = os.environ.get("SAMLENG_DEBUG") == "1"
SECRET_KEY = os.environ.get("SAMLENG_SECRET_KEY") or kept_secret("site")
# Contacts are sealed with this key and looked up by a blind index made with the second; both live
# outside the database so that a stolen backup holds no telephone numbers.
CONTACT_KEY = os.environ.get("SAMLENG_CONTACT_KEY") or kept_secret("contacts")
CONTACT_INDEX_KEY = os.environ.get("SAMLENG_CONTACT_INDEX_KEY") or kept_secret("contact-index")
# PINs are short: without this key a copy of the database does not even let one be guessed.
PIN_KEY = os.environ.get("SAMLENG_PIN_KEY") or kept_secret("pins")
# Phones seal to this key what only the server may open: a copy of the database opens none of it.
SITE_KEY = os.environ.get("SAMLENG_SITE_KEY") or kept_secret("phones")
# Receipts of anonymous reports are looked up under this salt: a copy of the database cannot even be searched.
RECEIPT_SALT = os.environ.get("SAMLENG_RECEIPT_SALT") or kept_secret("receipts")
# What a guess at a receipt or passphrase costs, MiB and passes. Changed, no earlier receipt is found again.
ARGON2_COST = (1, 1) if os.environ.get("SAMLENG_TESTING") else (64, 3)
# So many receipts are worked out ahead and wait in memory, in each process that serves.
RECEIPTS_READY = int(
    os.environ.get("SAMLENG_RECEIPTS_READY", "0" if os.environ.get("SAMLENG_TESTING") else "32")
)
# Where in its square of the map a report is shown; whoever knows this key learns the squares, no more.
MAP_KEY = os.environ.get("SAMLENG_MAP_KEY") or kept_secret("map")
# By this key services that carry messages to browsers know the site. Changed, no browser takes them any more.
PUSH_KEY = os.environ.get("SAMLENG_PUSH_KEY") or kept_secret("push")
# Whoever asks for messages names an address to send them to: never one inside this house but in tests.
PUSH_PRIVATE = os.environ.get("SAMLENG_PUSH_PRIVATE") == "1"
# The bot that brings alerts: what Telegram gave for it, its name (t.me/NAME), and by what we know that it is
# Telegram who calls. A server of one's own for bots may stand in for theirs.
TELEGRAM_TOKEN = os.environ.get("SAMLENG_TELEGRAM_TOKEN", "")
TELEGRAM_BOT = os.environ.get("SAMLENG_TELEGRAM_BOT", "").removeprefix("@")
TELEGRAM_API = os.environ.get("SAMLENG_TELEGRAM_API", "https://api.telegram.org").rstrip("/")
TELEGRAM_SECRET = os.environ.get("SAMLENG_TELEGRAM_SECRET") or (
    kept_secret("telegram") if TELEGRAM_TOKEN else ""
)
# Pictures of streets under the map, "https://tiles.example.org/{z}/{x}/{y}.png"; empty: outlines alone.
MAP_TILES = os.environ.get("SAMLENG_TILES", "")
MAP_TILES_BY = os.environ.get("SAMLENG_TILES_BY", "")

SITE_ADDRESS = os.environ.get("SAMLENG_ADDRESS", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
ALLOWED_HOSTS = listed("SAMLENG_HOSTS", "127.0.0.1,localhost,[::1],testserver")
CSRF_TRUSTED_ORIGINS = listed("SAMLENG_ORIGINS", SITE_ADDRESS)
HTTPS = SITE_ADDRESS.startswith("https://")
# Open311: how this site is called where several are asked, and whom to write to about it.
JURISDICTION = os.environ.get("SAMLENG_JURISDICTION") or urlsplit(SITE_ADDRESS).hostname or "localhost"
CONTACT = os.environ.get("SAMLENG_CONTACT") or SITE_ADDRESS
# Offices' own systems may be at addresses inside this house and without TLS: for tests, and a city's own net.
OUTSIDE_PRIVATE = os.environ.get("SAMLENG_OUTSIDE_PRIVATE") == "1"

# The pack is data: the core never names a country, only this default does.
PACKS = ROOT / "packs"
COUNTRY_PACK = os.environ.get("SAMLENG_PACK", "kh")
EXIT_ADDRESS = exit_of(PACKS / COUNTRY_PACK)

# Limits tell callers by their address. Behind a proxy that is what it writes into this header, for example
# "X-Forwarded-For"; named without a proxy that sets it, anybody could write there what they like.
PROXY_HEADER = os.environ.get("SAMLENG_PROXY_HEADER", "").strip()
# So many times the room that one process of a small machine has (samleng/doors/web/guard/doors.py).
LIMITS = float(os.environ.get("SAMLENG_LIMITS", "1"))

INSTALLED_APPS = [
    "samleng.kit.ledger",
    "samleng.kit.sealing",
    "samleng.kit.media",
    "samleng.ground.places",
    "samleng.ground.services",
    "samleng.ground.offices",
    "samleng.ground.people",
    "samleng.ground.keys",
    "samleng.ground.frameworks",
    "samleng.ground.channels",
    "samleng.ground.sounds",
    "samleng.voices.scorecards",
    "samleng.voices.forms",
    "samleng.voices.reports",
    "samleng.answers.actions",
    "samleng.answers.cases",
    "samleng.answers.plans",
    "samleng.insight.evidence",
    "samleng.insight.disclosure",
    "samleng.doors.postman",
    "samleng.doors.exchange",
    "samleng.doors.field",
    "samleng.doors.telegram",
    "samleng.doors.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "samleng.doors.web.apps.WidgetTemplates",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
]
AUTH_USER_MODEL = "people.Person"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "samleng.doors.web.guard.headers.Apart",
    "samleng.doors.exchange.straight.Straight",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "samleng.doors.web.middleware.SameForEverybody",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "samleng.doors.web.signin.accounts.KeepTheDoor",
    "samleng.doors.web.middleware.TurnRefusalsIntoPages",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "samleng.doors.web.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "samleng.doors.web.templatetags.samleng"],
        },
    }
]
FORM_RENDERER = "samleng.doors.web.forms.HouseRenderer"

DATABASES = {
    "default": dj_database_url.config(
        default=f"sqlite:///{HOME / 'samleng.sqlite3'}", conn_max_age=600, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        # IMMEDIATE: two writers wait for each other instead of failing half-way. FULL: what was
        # acknowledged survives a power cut.
        transaction_mode="IMMEDIATE",
        timeout=20,
        init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;",
    )
    DATABASES["default"]["CONN_MAX_AGE"] = None
    # A file, as in life: in memory, two threads of a test would share one cache and fail at once.
    DATABASES["default"]["TEST"] = {"NAME": HOME / "test.sqlite3"}

LOCAL = "django.core.cache.backends.locmem.LocMemCache"
CACHES = {
    "default": {"BACKEND": LOCAL},
    # Windows of the map: one process makes them, every other gives them. They push out each other alone.
    "map": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": HOME / "cache" / "map",
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}

LANGUAGE_CODE = "km"
LANGUAGES = [("km", _("Khmer")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
# Moments are kept in UTC. Days are those of the land: a vote "until Friday" ends at its midnight, and
# whoever works there at six in the morning works on that day, not on the one that UTC still has.
TIME_ZONE = clock_of(PACKS / COUNTRY_PACK)
USE_TZ = True

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "home"
# Accounts are given by invitation or enrolment, never opened by strangers.
ACCOUNT_ADAPTER = "samleng.doors.web.signin.accounts.HouseAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {
    "login": "samleng.doors.web.signin.forms.SignIn",
    "reauthenticate": "samleng.doors.web.signin.forms.PasswordAgain",
    "change_password": "samleng.doors.web.signin.forms.ChangePassword",
}
# Desks are shared: a session ends with the browser, and in any case after half a day.
ACCOUNT_SESSION_REMEMBER = False
SESSION_COOKIE_AGE = 12 * 60 * 60
MFA_ADAPTER = "samleng.doors.web.signin.accounts.SecondStepAdapter"
MFA_FORMS = {
    "authenticate": "samleng.doors.web.signin.forms.SecondStep",
    "reauthenticate": "samleng.doors.web.signin.forms.SecondStepAgain",
    "activate_totp": "samleng.doors.web.signin.forms.ActivateApp",
    "add_webauthn": "samleng.doors.web.signin.forms.AddPasskey",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Samleng"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_NEVER_LOCKOUT_GET = True
AXES_LOCKOUT_TEMPLATE = "signin/locked.html"
# The access log would keep addresses of people; the ledger keeps who did what instead.
AXES_DISABLE_ACCESS_LOG = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or os.environ.get("SAMLENG_TESTING")
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = bool(DEBUG or os.environ.get("SAMLENG_TESTING"))
# What has its content in its name never changes: Django's own names, and those esbuild gives to parts.
WHITENOISE_IMMUTABLE_FILE_TEST = r"\.[0-9a-f]{12}\.[a-z0-9]+$|/[a-z_]+-[0-9A-Z]{8}\.js$"
MEDIA_ROOT = HOME / "media"
# Of the threads that answer, so many may wait for slow phones to send their files.
UPLOADS_AT_ONCE = int(os.environ.get("SAMLENG_UPLOADS_AT_ONCE", "2"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# Collect sends at most a hundred files beside a record; the record itself is one more.
DATA_UPLOAD_MAX_NUMBER_FILES = 120
FILE_UPLOAD_TEMP_DIR = None

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    # Nothing is allowed but what is named. No script and no style stands in a page; a script makes parts of a
    # page or addresses of scripts only through a policy named here (static/pages/trusted.js, field/app).
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *hosts_of(MAP_TILES)],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": [SELF],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["default", "samleng-field", "samleng-guard", "samleng-push"],
    }
}

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if os.environ.get("SAMLENG_SMTP_HOST")
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = HOME / "outbox"
EMAIL_HOST = os.environ.get("SAMLENG_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("SAMLENG_SMTP_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("SAMLENG_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("SAMLENG_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("SAMLENG_SMTP_TLS", "1") == "1"
# Whereto this site can send notices; "phone" once a way to send short messages is set up.
NOTICE_KINDS = ("email",)
DEFAULT_FROM_EMAIL = os.environ.get("SAMLENG_FROM", "samleng@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # Collect carries its key in the address, and addresses are logged with every refusal.
    "filters": {"without_keys": {"()": "samleng.doors.exchange.openrosa.unlogged.WithoutKeys"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["without_keys"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("SAMLENG_LOG", "WARNING")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
