from pipeline.twin.vocabulary import LANGUAGES, vocabulary


def test_every_term_has_a_name_in_every_language() -> None:
    """A missing translation falls back to English."""
    terms = vocabulary()
    for group in (terms.regions, terms.countries, terms.topics, terms.institutions):
        assert all(set(term.names) == set(LANGUAGES) and all(term.names.values()) for term in group.values())


def test_facet_numbers_are_unique() -> None:
    """A number in an address means one term of its facet."""
    terms = vocabulary()
    for group in (terms.regions, terms.countries, terms.topics):
        assert len({term.term_id for term in group.values()}) == len(group)


def test_known_numbers_are_those_of_the_real_site() -> None:
    """Numbers seen on the real site are kept."""
    terms = vocabulary()
    assert terms.countries["DZA"].term_id == "787"
    assert terms.topics["service-quality"].term_id == "19761"
    assert terms.regions["africa"].term_id == "1015"
