"""Yes or no."""

from companion.domain.activities.answers import Prompt, Value
from companion.domain.forms import Form, first
from companion.domain.refusals import Problem, Rejected


class YesNo(Prompt, frozen=True, kw_only=True, tag="yes_no"):
    """Answered with ``yes`` or ``no``, which branches can ask for."""

    def parse(self, form: Form) -> Value:
        answer = first(form, "answer")
        if not answer:
            raise Rejected(Problem("nothing_chosen", field="answer"))
        if answer not in ("yes", "no"):
            raise Rejected(Problem("not_offered", field="answer"))
        return answer

    def fill(self, value: Value) -> Form:
        return {"answer": [value]}

    def chosen(self, value: Value) -> frozenset[str]:
        return frozenset({value})

    def offers(self) -> tuple[str, ...]:
        return ("yes", "no")
