// Moves the joining code, which a slip's QR code has after the # of its URL, into the form and out of the URL at once.
{
  const code = document.getElementById("code");
  const word = document.getElementById("word");
  const said = document.getElementById("scanned");
  const take = () => {
    const scanned = location.hash.match(/^#([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4})$/)?.[1];
    if (!scanned) return;
    history.replaceState(history.state, "", location.pathname);
    code.value = scanned;
    for (const form of document.querySelectorAll("form.languages")) // choosing a language returns here with the code
      form.action = form.action.replace(/(#.*)?$/, `#${scanned}`);
    said.hidden = false;
    word.focus();
  };
  take();
  addEventListener("hashchange", take);
}
