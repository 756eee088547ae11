"""What a page without scripts and without other hosts stands on, read from its HTML."""

import re
from collections import Counter
from html.parser import HTMLParser


class Reader(HTMLParser):
    """Gathers forms, ids and what is fetched; `complaints` says what is wrong with them."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self.ids: Counter[str] = Counter()
        self.forms: list[dict[str, str | None]] = []
        self.sent: set[int] = set()
        self.tokens: set[int] = set()
        self.named: dict[str, int] = {}
        self.inside: int | None = None

    @classmethod
    def complaints(cls, text: str) -> list[str]:
        reader = cls()
        reader.feed(text)
        for at, form in enumerate(reader.forms):
            what = form.get("action") or form.get("id") or ""
            if form.get("method") == "post" and at not in reader.tokens:
                reader.told.append(f"no token in the form {what}")
            if at not in reader.sent and form.get("role") != "search":
                reader.told.append(f"nothing sends the form {what}")
        return reader.told + [f"the id {name} twice" for name, count in reader.ids.items() if count > 1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids[given["id"] or ""] += 1
        if tag == "form":
            self.forms.append(given)
            self.inside = len(self.forms) - 1
            self.named[given.get("id") or ""] = self.inside
        form = self.named.get(given["form"] or "") if given.get("form") else self.inside
        if form is not None and tag in ("button", "input") and given.get("type") in ("submit", None, "image"):
            self.sent.add(form) if tag == "button" or given.get("type") else None
        if form is not None and given.get("name") == "csrf_token":
            self.tokens.add(form)
        if tag in ("link", "script", "img", "use", "source", "iframe"):
            where = given.get("href") or given.get("src") or ""
            if not re.match(r"/(?!/)|#|data:image/", where):
                self.told.append(f"<{tag}> fetches {where}")
        if tag == "a" and re.match(r"javascript:", given.get("href") or ""):
            self.told.append("a link that only scripts follow")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
