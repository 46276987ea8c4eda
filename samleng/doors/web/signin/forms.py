"""The sign-in library's forms in the site's own words, and the site's own forms for PIN and slip."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCode
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from samleng.ground.people.rules import PIN_LENGTH

DIGITS = {"inputmode": "numeric", "autocomplete": "off", "maxlength": 12}
CODE = {"inputmode": "text", "autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}


def plainly(form: forms.Form, **labels: Any) -> None:
    """Give the library's fields our labels and none of its hints: those speak of what this site has not.

    No placeholder either: a hint that goes away is none.
    """
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        field.help_text = ""
        if name in labels:
            field.label = labels[name]


class SignIn(LoginForm):
    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        plainly(self, login=_("Sign-in name"), password=_("Password"))


class PasswordAgain(ReauthenticateForm):
    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        plainly(self, password=_("Password"))


class ChangePassword(ChangePasswordForm):
    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        plainly(
            self,
            oldpassword=_("Present password"),
            password1=_("New password"),
            password2=_("New password once more"),
        )
        self.fields["password1"].help_text = _(
            "At least ten letters or digits. Four words are easy to keep in mind."
        )


class SecondStep(AuthenticateForm):
    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        plainly(self, code=_("Code"))
        self.fields["code"].widget.attrs.update(CODE)
        self.fields["code"].help_text = _("Six digits from the app, or one of your recovery codes.")


class SecondStepAgain(ReauthenticateByCode):
    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        plainly(self, code=_("Code"))
        self.fields["code"].widget.attrs.update(CODE)


class ActivateApp(ActivateTOTPForm):
    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        plainly(self, code=_("The code the app shows now"))
        self.fields["code"].widget.attrs.update(CODE)


class AddPasskey(AddWebAuthnForm):
    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        plainly(self, name=_("Name of this passkey"))
        self.fields["passwordless"].label = _("Sign in with this passkey alone, without a password")
        self.fields["passwordless"].initial = True


class Pin(forms.Form):
    """Six digits, good on this phone only."""

    pin = forms.CharField(
        label=_("PIN"),
        max_length=PIN_LENGTH * 2,
        widget=forms.PasswordInput(attrs={**DIGITS, "class": "short"}),
    )


class Slip(Pin):
    """A printed slip: its code, already there when its QR was scanned, and its PIN."""

    code = forms.CharField(
        label=_("Code on the slip"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        help_text=_("Four groups of four letters and digits."),
    )
    field_order = ["code", "pin"]


class Invitation(forms.Form):
    """The password a staff member chooses."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least ten letters or digits. Four words are easy to keep in mind."),
    )
    again = forms.CharField(
        label=_("Password once more"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", _("The two passwords are not alike."))
        return given


class NewPin(forms.Form):
    """The present PIN and the one to come."""

    old = forms.CharField(label=_("Present PIN"), max_length=12, widget=forms.PasswordInput(attrs=DIGITS))
    new = forms.CharField(label=_("New PIN"), max_length=12, widget=forms.PasswordInput(attrs=DIGITS))


class Language(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
