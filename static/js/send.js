// Sends an answer and takes in just the new turns; without it the form loads the page again.
addEventListener("submit", async (event) => {
  const { target: form, submitter: button } = event;
  if (typeof draft !== "object" || !sentByScript(form, button)) return; // a script may have got lost on the way
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) body.set(button.name, button.value);
  form.inert = true; // nothing can be typed into what is about to be replaced, nor sent twice
  let page;
  try {
    await draft.saving;
    const signal = AbortSignal.timeout?.(30000); // what hangs must not take the form away for good
    const reply = await fetch(form.action, { method: "POST", body, headers: { "X-Fragment": "turns" }, signal });
    if (reply.status >= 500 || [413, 429].includes(reply.status)) throw reply;
    if (reply.redirected) {
      draft.taken();
      return location.assign(reply.url);
    }
    page = new DOMParser().parseFromString(await reply.text(), "text/html");
  } catch (fault) {
    form.inert = false;
    button?.focus();
    draft.unsent = true;
    return fault.status === 413 ? draft.failed("refused") : draft.failed("away", 5);
  }
  draft.taken();
  const turns = page.querySelector("[data-turns]");
  const next = page.querySelector(".composer");
  const told = (page) => page.querySelectorAll("article.turn").length;
  if (turns || (next && told(page) === told(document))) {
    // What was said stays where it stands: a log that is put in anew may be read out from its beginning.
    document.getElementById("now").replaceWith(...(turns?.children ?? page.querySelectorAll("#now")));
    document.querySelector(".top progress")?.replaceWith(page.querySelector("progress"));
    if (next) form.replaceWith(next);
    else form.remove();
  } else {
    document.querySelector("main").replaceWith(page.querySelector("main"));
    document.title = page.title;
  }
  const now = document.getElementById("now") ?? document.querySelector("main");
  now.scrollIntoView({ block: "start" });
  (document.querySelector(".summary, .notice.other") ?? now).focus();
});

// Only an answer to the open question goes this way, in a browser that says which button was pressed.
function sentByScript(form, button) {
  return form.matches(".composer") && button?.hasAttribute("formaction") === false && !form.dataset.changing;
}
