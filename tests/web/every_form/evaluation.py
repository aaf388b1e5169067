"""The forms for submitting an evaluation and for editing the evaluation's questions."""

from tests.web.every_form.wrong import CHOICES, Form, line, text

SCALE = [(step, CHOICES) for step in ("0", "6", "-1", "soon", "\u0663", "1.5", "x" * 20_000)]
CARRIED = {"number": "1", "draft_seen": "0", "tab": "one", "beat": "1"}
QUESTION = {"ask": "Was it clear?", "low_label": "No", "high_label": "Yes"}
WRONG = {"ask": line(300), "low_label": line(60), "high_label": line(60)}

FORMS = {
    "an evaluation": Form(
        "idris",
        "/my/evaluation",
        "/my/evaluation",
        {"answer-clear": "4", "answer-better": "More tea", **CARRIED},
        {"answer-clear": SCALE, "answer-better": text(2000, required=False)},
    ),
    "a new question of the evaluation": Form(
        "margaret",
        "/lead/evaluation/questions/new",
        "/lead/evaluation/questions/new",
        {**QUESTION, "kind": "scale"},
        {**WRONG, "kind": [("", CHOICES), ("party", CHOICES)]},
    ),
    "a question of the evaluation": Form(
        "margaret",
        "/lead/evaluation/questions/clear",
        "/lead/evaluation/questions/clear",
        {**QUESTION, "seen": "1"},
        WRONG,
    ),
}
