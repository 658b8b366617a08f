import json

from pipeline.twin.phpjson import drupal_json


def test_settings_hold_nothing_that_html_reads_as_markup() -> None:
    """Drupal escapes signs and slashes, and the JSON still says the same."""
    data = {"path": "a/b", "text": "</script><b title='x' class=\"y\">&é\u2011"}
    text = drupal_json(data)
    assert not set("<>&'/é") & set(text.replace("\\/", ""))
    assert '\\"' not in text
    assert json.loads(text) == data
