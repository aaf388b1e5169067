"""Two people join, sign in and come back later, and change how they sign in and which emails they get."""

import re
import secrets

import pyotp

from companion.content import policy_file
from companion.domain.records.policies import Policy
from companion.services.records.policies import import_policy
from tests.authenticator import Device
from tests.security.canary_trip.steps import Steps, first
from tests.security.stolen import MARK
from tests.visitor import Page, Visitor


class Accounts(Steps):
    def practitioner_joins(self) -> Visitor:
        word = self.plant("staff: word")
        new = {
            "name": self.plant("staff: name"),
            "role": "practitioner",
            "word": self.plant("staff: no word"),
        }
        self.enter.alex.post("/admin/staff/new", new)
        approval = first(r"/lead/staff/[^/]+/approval", self.enter.margaret.get("/lead/staff"))
        browser = self.joins(
            "staff", self.enter.margaret.post(approval, {"word": word}, of="/lead/staff"), word
        )
        self.totp = first(r'class="key">([^<]+)<', browser.get("/second-factor"))
        self.plant.planted["one-time key"] = self.totp
        codes = re.findall(r"<li>([\w-]+)</li>", browser.post("/second-factor", {"code": self.code()}).text)
        self.plant.planted.update({f"recovery code {number}": code for number, code in enumerate(codes)})
        assert len(codes) == 10
        return browser

    def participant_joins(self) -> Visitor:
        meets = {"kind": "session", "day": "2026-12-01", "time": "14:00", "site": "epsom"}
        person = {"name": self.plant("participant: name"), "word": self.plant("participant: first word")}
        assert self.staff.post("/caseload/new", {**person, **meets}).status == 200
        self.place = first(r"/participants/[0-9a-f-]{36}", self.staff.get("/caseload"))
        word = self.plant("participant: word")
        slip = self.staff.post(f"{self.place}/invitation", {"word": word}, of=self.place)
        return self.joins("participant", slip, word)

    def joins(self, who: str, slip: Page, word: str) -> Visitor:
        code = self.plant.planted[f"{who}: code"] = first(r'class="code">([^<]+)<', slip)
        browser = Visitor(self.app)
        browser.client.environ_base["REMOTE_ADDR"] = self.plant.planted["address"] = "203.0.113.77"
        browser.client.environ_base["HTTP_USER_AGENT"] = self.plant(f"{who}: user agent")
        browser.post(
            "/join", {"code": self.plant(f"{who}: wrong code"), "word": self.plant(f"{who}: wrong word")}
        )
        browser.post("/join", {"code": code, "word": word})
        browser.acknowledges()
        passphrase = self.plant.planted[f"{who}: passphrase"] = (
            f"{MARK} {secrets.token_hex(4)} willows at dawn"
        )
        short = {
            "sign_in_name": self.plant(f"{who}: other name"),
            "passphrase": self.plant(f"{who}: weak")[:14],
        }
        assert browser.post("/join/account", short).status == 422
        name = self.plant(f"{who}: sign-in name")
        assert browser.post("/join/account", {"sign_in_name": name, "passphrase": passphrase}).status == 200
        return browser

    def code(self) -> str:
        return pyotp.TOTP(self.totp.replace(" ", "")).at(int(self.clock.now.timestamp()))

    def wants_notices(self) -> None:
        for who, browser in (("staff", self.staff), ("participant", self.participant)):
            address = self.plant.planted[f"{who}: email"] = f"{MARK}{secrets.token_hex(6)}@post.example"
            assert address in browser.post(
                "/account/notices", {"mail": "email", "email": address}, of="/account"
            )

    def come_back(self) -> None:
        for who, browser in (("staff", self.staff), ("participant", self.participant)):
            name, passphrase = (
                self.plant.planted[f"{who}: {what}"] for what in ("sign-in name", "passphrase")
            )
            for wrong in (
                (self.plant(f"{who}: unknown"), passphrase),
                (name, self.plant(f"{who}: mistyped")),
            ):
                assert self.signs_in(browser, *wrong).status == 422
            assert self.signs_in(browser, name, passphrase).status == 200
        back = self.staff.post("/second-factor", {"code": self.code()})
        # after signing in, the page where the stored text was typed opens again
        assert back.path.startswith("/submissions/")

    def gets_a_statement_of_its_own(self) -> None:
        shipped = policy_file(Policy.STATEMENT).read_text(encoding="utf-8")
        own = re.sub(r"(?m)^version = \d+$", "version = 1000", shipped)
        own = re.sub(r'(?m)^title = ".*"$', f'title = "{self.plant("statement: title")}"', own)
        import_policy(self.cast.store, Policy.STATEMENT, own.encode(), self.clock.now)

    def change_how_they_sign_in(self) -> None:
        way_in = "/account/signing-in"
        for who, browser in (("staff", self.staff), ("participant", self.participant)):
            new = f"{way_in}/passkeys/new"
            token = browser.token(new)
            asked = browser.client.post(f"{way_in}/passkeys/challenge", data={"csrf_token": token}).text
            name = self.plant(f"{who}: passkey")
            browser.post(new, {"name": name, "passkey": Device().makes(asked)})
            assert name in browser.get(way_in)
            too_long = {"name": self.plant(f"{who}: passkey, too long") + "x" * 40}
            assert browser.post(new, too_long).status == 422
            shown = browser.post(f"{way_in}/recovery-codes")
            found = re.findall(r"<li>([\w-]+)</li>", shown.text)
            self.plant.planted.update({f"{who}: new recovery code {n}": each for n, each in enumerate(found)})
            passphrase = f"{secrets.token_hex(4)} willows at dusk"
            self.plant.planted[f"{who}: new passphrase"] = passphrase
            assert browser.post(f"{way_in}/passphrase", {"passphrase": passphrase}).path == way_in
            shown = browser.post(f"{way_in}/code/key", of=f"{way_in}/code")
            self.plant.planted[f"{who}: another one-time key"] = first(r'class="key">([^<]+)<', shown)
        word = {"word": self.plant("reset: word"), "lost": "both"}
        shown = self.staff.post(f"{self.place}/reset", word)
        self.plant.planted["reset: code"] = first(r'class="code">([^<]+)<', shown)

    def signs_in(self, browser: Visitor, name: str, passphrase: str) -> Page:
        says = f"Firefox on Android {self.plant('browser')}"
        fields = {"sign_in_name": name, "passphrase": passphrase, "own_device": "yes"}
        page = browser.post("/sign-in", fields, **{"User-Agent": says})
        if mark := browser.client.get_cookie("companion-device"):
            self.plant.planted[f"mark of {name}"] = mark.value
        return page
