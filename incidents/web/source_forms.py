"""What is asked to connect a VK community or a Telegram bot, or to change it. Secrets are never written back into a page."""

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

_PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
#: A password manager must not keep a town's token as somebody's password.
_SECRET = {**_PLAIN, "autocomplete": "new-password"}

_NAME = lazy_gettext("Name")
_NAME_NEEDED = lazy_gettext("Enter the name as people know the page")
_TOKEN_NEEDED = lazy_gettext("Enter the access token that the network gave")


class VkForm(FlaskForm):
    key = HiddenField()
    name = StringField(_NAME, [InputRequired(_NAME_NEEDED), Length(max=120)], render_kw=_PLAIN)
    external_id = IntegerField(
        lazy_gettext("Number of the community"),
        [
            InputRequired(lazy_gettext("Enter the number of the community, digits only")),
            NumberRange(min=1, max=2**62, message=lazy_gettext("A whole number above zero")),
        ],
        description=lazy_gettext("VK shows it as group_id beside the confirmation string"),
        render_kw={**_PLAIN, "inputmode": "numeric"},
    )
    token = PasswordField(
        lazy_gettext("Access token"), [InputRequired(_TOKEN_NEEDED), Length(max=1024)], render_kw=_SECRET
    )
    confirmation = StringField(
        lazy_gettext("Confirmation string"),
        [InputRequired(lazy_gettext("Copy the string that the server must return")), Length(max=64)],
        description=lazy_gettext("VK shows it as the string that the server must return"),
        render_kw=_PLAIN,
    )
    secret = PasswordField(
        lazy_gettext("Secret key"),
        [InputRequired(lazy_gettext("Enter the same secret key as in VK")), Length(max=256)],
        description=lazy_gettext("Make up a long one and enter it in VK as well"),
        render_kw=_SECRET,
    )


class TelegramForm(FlaskForm):
    key = HiddenField()
    name = StringField(_NAME, [InputRequired(_NAME_NEEDED), Length(max=120)], render_kw=_PLAIN)
    token = PasswordField(
        lazy_gettext("Token of the bot"),
        [InputRequired(_TOKEN_NEEDED), Length(max=1024)],
        description=lazy_gettext("As @BotFather gave it: digits, a colon, letters"),
        render_kw=_SECRET,
    )
    external_id = IntegerField(
        lazy_gettext("Number of the bot"),
        [
            InputRequired(lazy_gettext("Enter the digits before the colon of the token")),
            NumberRange(min=1, max=2**62, message=lazy_gettext("A whole number above zero")),
        ],
        description=lazy_gettext("The digits before the colon of the token"),
        render_kw={**_PLAIN, "inputmode": "numeric"},
    )
    account = StringField(
        lazy_gettext("User name of the bot"),
        [Optional(), Length(max=64)],
        description=lazy_gettext("For example: gorod_bot. By it the program knows what it wrote itself"),
        render_kw=_PLAIN,
    )
    secret = PasswordField(
        lazy_gettext("Secret"),
        [Optional(), Length(max=256)],
        description=lazy_gettext("Leave it empty: the program makes one and shows it once"),
        render_kw=_SECRET,
    )


class ChangeForm(FlaskForm):
    name = StringField(_NAME, [InputRequired(_NAME_NEEDED), Length(max=120)], render_kw=_PLAIN)
    confirmation = StringField(lazy_gettext("Confirmation string"), [Optional(), Length(max=64)], render_kw=_PLAIN)
    token = PasswordField(
        lazy_gettext("New access token"),
        [Optional(), Length(max=1024)],
        description=lazy_gettext("Empty: the present one stays. It cannot be shown"),
        render_kw=_SECRET,
    )
    secret = PasswordField(
        lazy_gettext("New secret"),
        [Optional(), Length(max=256)],
        description=lazy_gettext("Empty: the present one stays. Enter the same one in the network"),
        render_kw=_SECRET,
    )


FORMS: dict[str, type[VkForm] | type[TelegramForm]] = {"vk": VkForm, "telegram": TelegramForm}
