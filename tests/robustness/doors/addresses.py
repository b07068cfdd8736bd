"""Bad input in addresses; the rest of the table."""

from tests.robustness.doors.table import Beside, InPath, InQuery

NUMBERS = frozenset({"integer"})

IN_PATHS = [
    InPath(51, "no id", (422, 404), "Wharf-Robin!"),
    InPath(52, "an id in braces", (422, 404), "%7B00000000-0000-7000-8000-000000000001%7D"),
    InPath(53, "NUL", (422,), "Wharf%00Robin"),
    InPath(54, "not UTF-8", (422,), "Wharf%ff%feRobin"),
    InPath(55, "2^31", (404, 422), "2147483648"),
    InPath(56, "2^63", (404, 422), "9223372036854775808"),
    InPath(57, "4,301 digits", (422, 404), "7" * 4301),
    InPath(58, "another folder", (404, 422), "..%2f..%2fetc%2fpasswd"),
    InPath(201, "an id without hyphens", (422, 404), "00000000000070008000000000000001"),
    InPath(202, "half a surrogate pair, as UTF-8 has none", (422,), "Wharf%ed%a0%80Robin"),
    InPath(203, "a line break", (422,), "Wharf%0d%0aSet-Cookie:%20robin"),
    InPath(204, "a space", (422, 404), "%20"),
    InPath(205, "SQL", (422, 404), "1'%20OR%20'1'='1"),
    InPath(206, "percent, and nothing after it", (422, 404), "Wharf%25%25Robin%25"),
]

IN_QUERIES = [
    InQuery(59, "less than nothing", (422,), "-1"),
    InQuery(61, "2^63", (422,), "9223372036854775808", NUMBERS),
    InQuery(62, "a billion", (422,), "1000000000", NUMBERS),
    InQuery(63, "NUL", (422,), "Wharf%00Robin"),
    InQuery(64, "an instant without a time zone", (422,), "2026-05-12T10:30:00"),
    InQuery(65, "a plus that is a space", (422,), "2026-05-12T10:30:00+01:00"),
    InQuery(66, "half a second after 1970", (422,), "0.5"),
    InQuery(67, "the year 1", (422,), "0001-01-01T00:00:00Z"),
    InQuery(211, "not UTF-8", (422,), "Wharf%ff%feRobin"),
    InQuery(212, "5.0 as a whole number", (422,), "5.0", NUMBERS),
    InQuery(213, "1_0 as a whole number", (422,), "1_0", NUMBERS),
    InQuery(214, "a whole number in other digits", (422,), "%D9%A5", NUMBERS),
    InQuery(215, "a whole number with a sign and spaces", (422,), "%20%2B5%20", NUMBERS),
    InQuery(216, "yes as a flag", (422,), "yes", frozenset({"boolean"})),
    InQuery(217, "1 as a flag", (422,), "1", frozenset({"boolean"})),
    InQuery(218, "an id in braces", (422,), "%7B00000000-0000-7000-8000-000000000001%7D", frozenset({"uuid"})),
    InQuery(219, "a month there is not", (422,), "2026-13", frozenset({"pattern"})),
    InQuery(220, "2,000 characters", (422,), "Robin" * 400),
    InQuery(221, "nothing", (422,), ""),
    InQuery(222, "JSON", (422,), "%7B%22Wharf%22:%5B%22Robin%22%5D%7D"),
    InQuery(223, "a line break", (422,), "Wharf%0ARobin"),
]

BESIDE = [
    Beside(60, "an offset", (422,), "offset=-1"),
    Beside(69, "a billion days", (422,), "days=1000000000"),
    Beside(70, "a trillion days ago", (422,), "days=-1000000000000"),
    Beside(71, "800,000 days", (422,), "days=800000"),
    Beside(231, "a filter that is not there", (422,), "filter=surname+eq+Wharf-Robin"),
    Beside(232, "a child's name as the name of a parameter", (422,), "Wharf%20Robin=1"),
    Beside(233, "a parameter without a name", (422,), "=Wharf-Robin"),
    Beside(234, "a name that is not UTF-8", (422,), "%ff%fe=Wharf-Robin"),
    Beside(235, "a token in the address", (422,), "access_token=Wharf-Robin"),
]
