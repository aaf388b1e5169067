// Sends an answer, and inserts only the new turns.
addEventListener("submit", async (event) => {
  const { target: form, submitter: button } = event;
  if (typeof draft !== "object" || !sentByScript(form, button)) return; // draft.js may not load
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) body.set(button.name, button.value);
  form.setAttribute("aria-busy", "true");
  let page;
  try {
    await draft.saving;
    const signal = AbortSignal.timeout?.(30000); // so the form is not busy forever
    const reply = await fetch(form.action, { method: "POST", body, headers: { "X-Fragment": "turns" }, signal });
    if (reply.status >= 500 || [413, 429].includes(reply.status)) throw reply;
    if (reply.redirected) {
      draft.taken();
      return location.assign(reply.url);
    }
    page = new DOMParser().parseFromString(await reply.text(), "text/html");
  } catch (fault) {
    form.removeAttribute("aria-busy");
    [draft.unsent, draft.helpless, draft.spoken] = [true, false, ""];
    return fault.status === 413 ? draft.failed("refused") : draft.failed("away", 5);
  }
  draft.taken();
  const turns = page.querySelector("[data-turns]");
  const next = page.querySelector(".composer");
  const told = (page) => page.querySelectorAll("article.turn").length;
  let old, now;
  if (turns || (next && told(page) === told(document))) {
    old = [document.querySelector(".open"), form];
    const put = [...(turns?.children ?? page.querySelectorAll(".open"))];
    now = put[put.length - 1];
    stepBack(old);
    old[0].after(...put);
    if (next) form.after(next);
    document.querySelector(".top progress")?.replaceWith(page.querySelector("progress"));
  } else {
    old = [document.querySelector("main")];
    const main = page.querySelector("main");
    now = main.querySelector(".open") ?? main;
    stepBack(old);
    old[0].after(main);
  }
  document.title = turns?.dataset.title ?? page.title;
  (document.querySelector("[data-refused]") ?? now).focus({ preventScroll: true });
  for (const each of old) each.remove(); // removed last, or a screen reader speaks them
  now.scrollIntoView({ block: "start" });
});

function stepBack(old) {
  for (const each of old) for (const part of [each, ...each.querySelectorAll("[id]")]) part.removeAttribute("id");
  for (const each of old) each.removeAttribute("data-refused");
}

// True for answers to the open question.
function sentByScript(form, button) {
  return form.matches(".composer") && button?.hasAttribute("formaction") === false && !form.dataset.changing;
}

// "None of these" unticks the others.
addEventListener("change", ({ target }) => {
  for (const each of target.form.querySelectorAll(target.matches("[data-alone]") ? "input" : "[data-alone]")) {
    if (each !== target) each.checked = false;
  }
});

// Shows the whole box.
addEventListener("keyup", ({ key, target }) => {
  if (key === "Tab" && target.matches(".composer textarea")) target.scrollIntoView({ block: "nearest" });
});
