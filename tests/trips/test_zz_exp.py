import pytest


@pytest.mark.parametrize("what", ["csp", "title", "script", "img"])
def test_faults(stranger, what):
    stranger.opens("/help")
    if what == "csp":
        stranger.page.evaluate("document.body.setAttribute('style','color:red')")
    if what == "script":
        stranger.page.evaluate("setTimeout(() => { throw new Error('x') })")
    if what == "img":
        stranger.page.evaluate("{const i=new Image(); i.src='/static/none.png'; document.body.append(i)}")
    if what == "title":
        stranger.page.route(
            "**/sign-in",
            lambda r: r.fulfill(
                body="<title>Sam - Companion</title><link rel=icon href=x>", content_type="text/html"
            ),
        )
        stranger.opens("/sign-in")
    stranger.page.wait_for_timeout(300)
