"""Network addresses in different notations, grouped by the household, office or person that uses them."""

SAME = {
    "a household": (
        "2001:db8::",
        "2001:db8::1",
        "2001:db8::1:2:3:4",
        "2001:db8:0:0:ffff:ffff:ffff:ffff",
        "2001:0db8:0000:0000::9",
        "2001:DB8::A",
    ),
    "its neighbours": ("2001:db8:0:1::", "2001:db8::1:0:0:0:0", "2001:db8:0:1:2:3:4:5"),
    "an office": ("2a00:1450:4009:81f::200e", "2a00:1450:4009:81f:1:2:3:4"),
    "the other half": ("2a00:1450:4009:820::200e",),
    "the first one": ("::1", "::2:3:4:5", "::a:0:0:1"),
    "somebody": ("192.0.2.7", "::ffff:192.0.2.7", "::ffff:c000:207"),
    "somebody else": ("192.0.2.8", "::ffff:192.0.2.8"),
}
