"""Generate valid answers to prompts of any kind."""

from hypothesis import strategies as some

from companion.domain.activities.answers import Prompt, Value
from companion.domain.forms import Form
from tests.domain.activities.answers.samples import sample_of


def forms(prompt: Prompt) -> some.SearchStrategy[Form]:
    """Generate a form that the prompt accepts."""
    return sample_of(str(prompt.__struct_config__.tag)).forms(prompt)


def reworded(prompt: Prompt, form: Form) -> some.SearchStrategy[Form]:
    """Generate a copy of this form with one slightly reworded item."""
    name = prompt.fields[0]
    return some.sampled_from(range(len(form[name]))).map(
        lambda at: {**form, name: [text + "s" if n == at else text for n, text in enumerate(form[name])]}
    )


def changes(prompt: Prompt, value: Value) -> some.SearchStrategy[Form]:
    """Generate an answer that is new, the same as before, or slightly reworded."""
    stands = prompt.fill(value)
    better = [reworded(prompt, stands)] * 2 if prompt.free_text and prompt.most_items else []
    return some.one_of(forms(prompt), forms(prompt), some.just(stands), *better)
