"""The sentence for each way in which pydantic refuses an input: every error type that it has, and our own
`record_id`, is in this table.

The types that say the same to a person share a sentence. A test compares the table with pydantic's own list.
"""

from collections.abc import Mapping

_GROUPS: Mapping[str, tuple[str, ...]] = {
    "request.json_invalid": ("json_invalid", "json_type"),
    "request.missing": (
        "missing", "missing_argument", "missing_keyword_only_argument", "missing_positional_only_argument",
    ),
    "request.unknown_key": ("extra_forbidden", "unexpected_keyword_argument", "unexpected_positional_argument"),
    "request.not_an_object": (
        "model_type", "model_attributes_type", "dataclass_type", "dataclass_exact_type", "named_tuple_type",
        "dict_type", "frozen_dict_type", "ordered_dict_type", "counter_type", "mapping_type", "arguments_type",
        "needs_python_object",
    ),
    "request.not_a_list": (
        "list_type", "deque_type", "tuple_type", "set_type", "frozen_set_type", "iterable_type", "iteration_error",
        "set_item_not_hashable",
    ),
    "request.not_a_text": ("string_type", "string_sub_type", "string_unicode", "string_not_ascii", "invalid_key"),
    "request.text_short": ("string_too_short", "bytes_too_short"),
    "request.text_long": ("string_too_long", "bytes_too_long", "url_too_long"),
    "request.text_pattern": ("string_pattern_mismatch",),
    "request.list_short": ("too_short",),
    "request.list_long": ("too_long",),
    "request.not_a_boolean": ("bool_type", "bool_parsing"),
    "request.not_an_integer": ("int_type", "int_parsing", "int_from_float"),
    "request.integer_size": ("int_parsing_size",),
    "request.not_a_number": (
        "float_type", "float_parsing", "finite_number", "decimal_type", "decimal_parsing", "fraction_type",
        "fraction_parsing", "complex_type", "complex_str_parsing",
    ),
    "request.number_digits": ("decimal_max_digits", "decimal_max_places", "decimal_whole_digits"),
    "request.number_greater_than": ("greater_than",),
    "request.number_at_least": ("greater_than_equal",),
    "request.number_less_than": ("less_than",),
    "request.number_at_most": ("less_than_equal",),
    "request.number_multiple": ("multiple_of",),
    "request.choice": ("enum", "literal_error", "union_tag_invalid", "union_tag_not_found", "none_required"),
    "request.not_a_date": (
        "date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact", "date_past",
        "date_future",
    ),
    "request.not_a_time": ("time_type", "time_parsing", "time_delta_type", "time_delta_parsing"),
    "request.not_a_moment": (
        "datetime_type", "datetime_parsing", "datetime_object_invalid", "datetime_from_date_parsing", "datetime_past",
        "datetime_future", "timezone_naive", "timezone_aware", "timezone_offset",
    ),
    "request.not_a_url": ("url_type", "url_parsing", "url_syntax_violation", "url_scheme"),
    "request.not_a_uuid": ("uuid_type", "uuid_parsing", "uuid_version"),
    "request.too_deep": ("recursion_loop", "recursion_depth_exceeded"),
    "request.not_bytes": ("bytes_type", "bytes_invalid_encoding"),
    "request.not_an_id": ("record_id",),
    "request.value": (
        "value_error", "assertion_error", "no_such_attribute", "get_attribute_error", "frozen_field",
        "frozen_instance", "default_factory_not_called", "is_instance_of", "is_subclass_of", "callable_type",
        "multiple_argument_values", "missing_sentinel_error", "ellipsis_error",
    ),
}  # fmt: skip

CODES: Mapping[str, str] = {kind: code for code, kinds in _GROUPS.items() for kind in kinds}
"""Error type of pydantic → code of the sentence."""
