// Single-key shortcuts for reviewing submitted work. A practitioner can switch them off.
{
  const turns = () => [...document.querySelectorAll("#feedback .turn")];
  const at = (all) => all.indexOf(document.activeElement.closest(".turn"));

  const move = (step) => {
    const all = turns();
    const here = at(all);
    const next = here < 0 ? all.find((turn) => turn.getBoundingClientRect().bottom > 0) : all[here + step];
    next?.focus();
  };

  const comment = () => {
    const all = turns();
    const box = (all[at(all)] ?? all.find((turn) => turn.getBoundingClientRect().bottom > 0))?.querySelector("details.comment");
    if (!box) return;
    box.open = true;
    box.querySelector("textarea").focus();
  };

  const keys = () => {
    const help = document.getElementById("keys");
    if (!help) return;
    help.open = true;
    help.querySelector("summary").focus();
  };

  const acts = { j: () => move(1), k: () => move(-1), c: comment, "?": keys };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = event.target.closest("input, textarea, select");
    if (typing) {
      if (event.key === "Escape") typing.closest(".turn")?.focus();
      return;
    }
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
