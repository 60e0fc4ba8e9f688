package belvedere.authz_test

import data.belvedere.authz

keep(characters) := {"mask": "keep_last", "characters": characters}

shown(masks, classes, type) := mask if {
	mask := authz.role_mask("r", {"name": "c", "type": type, "classes": classes}) with data.belvedere.roles as {"r": {"masks": masks}}
}

test_a_column_without_a_class_is_shown if shown({}, [], "varbinary") == {"mask": "none"}

test_an_unknown_class_hides_the_column if {
	shown({}, ["pii.email"], "varchar") == {"mask": "hidden"}
	shown({"pii.email": {"mask": "none"}}, ["pii.email", "pay.salary"], "varchar") == {"mask": "hidden"}
}

test_several_classes_are_shown_as_the_strictest_allows if {
	shown({"a": {"mask": "none"}, "b": {"mask": "redact"}}, ["a", "b"], "varchar") == {"mask": "redact"}
	shown({"a": keep(2), "b": {"mask": "none"}}, ["a", "b"], "varchar") == keep(2)
	shown({"a": keep(2), "b": keep(2)}, ["a", "b"], "varchar") == keep(2)
	shown({"a": keep(2), "b": {"mask": "null"}}, ["a", "b"], "varchar") == {"mask": "null"}
}

test_two_parts_of_a_value_together_show_null if {
	shown({"a": keep(2), "b": {"mask": "email"}}, ["a", "b"], "varchar") == {"mask": "null"}
	shown({"a": keep(2), "b": keep(4)}, ["a", "b"], "varchar") == {"mask": "null"}
}

test_a_mask_that_does_not_fit_shows_null if {
	every mask in [{"mask": "email"}, {"mask": "redact"}, keep(2), {"mask": "keep_first", "characters": 1}] {
		shown({"a": mask}, ["a"], "varchar") == mask
		shown({"a": mask}, ["a"], "bigint") == {"mask": "null"}
	}
}

test_date_trunc_is_for_time if {
	month := {"mask": "date_trunc", "unit": "month"}
	every type in ["date", "timestamp", "timestamp with time zone"] {
		shown({"a": month}, ["a"], type) == month
	}
	shown({"a": month}, ["a"], "time") == {"mask": "null"}
}

hash(salt) := {"mask": "hash", "salt": salt}

test_hash_is_for_types_with_one_text_a_value if {
	every type in ["varchar", "varbinary", "bigint", "decimal(10,2)", "date", "timestamp with time zone"] {
		shown({"a": hash([])}, ["a"], type) == hash("")
	}
	every type in ["double", "boolean", "time"] {
		shown({"a": hash([])}, ["a"], type) == {"mask": "null"}
	}
}

test_a_hash_is_salted_by_purpose_and_attributes if {
	caller := {"attributes": {"tenant": "A"}}
	by := ["purpose", "attribute.tenant"]
	shown({"a": hash(by)}, ["a"], "varchar") == hash("purpose=churn&attribute.tenant=A") with input as {"caller": caller, "purpose": "churn"}
	shown({"a": hash(by)}, ["a"], "varchar") == hash("purpose=&attribute.tenant=A") with input as {"caller": caller}
	keyed := object.union(hash(["purpose"]), {"key": "k1"})
	shown({"a": keyed}, ["a"], "varchar") == object.union(keyed, {"salt": `purpose=a\&b\=c\\<é`}) with input as {"purpose": `a&b=c\<é`}
}

test_a_caller_without_the_salting_attribute_is_shown_null if {
	shown({"a": hash(["attribute.tenant"])}, ["a"], "varchar") == {"mask": "null"} with input as {"caller": {"attributes": {}}}
}

test_a_hash_is_stricter_than_a_part_and_milder_than_nothing if {
	shown({"a": hash([]), "b": keep(2)}, ["a", "b"], "varchar") == hash("")
	shown({"a": hash([]), "b": {"mask": "redact"}}, ["a", "b"], "varchar") == {"mask": "redact"}
}

test_bucket_is_for_exact_numbers if {
	ten := {"mask": "bucket", "width": 10}
	every type in ["integer", "bigint", "decimal(10,2)"] {
		shown({"a": ten}, ["a"], type) == ten
	}
	shown({"a": ten}, ["a"], "double") == {"mask": "null"}
}

test_constants_fit_their_types if {
	every pair in [["x", "varchar"], ["2026-01-01", "date"], [true, "boolean"], [1, "double"], [1, "bigint"], [1, "decimal(3,0)"]] {
		mask := {"mask": "constant", "value": pair[0]}
		shown({"a": mask}, ["a"], pair[1]) == mask
	}
	every pair in [["x", "bigint"], [1, "varchar"], [true, "varchar"], ["x", "boolean"], [1, "date"], ["x", "varbinary"]] {
		shown({"a": {"mask": "constant", "value": pair[0]}}, ["a"], pair[1]) == {"mask": "null"}
	}
}

test_the_least_mask_shows_most if {
	authz.least({{"mask": "hidden"}, {"mask": "none"}}) == {"mask": "none"}
	authz.least({{"mask": "null"}, {"mask": "redact"}}) == {"mask": "redact"}
	authz.least({keep(2), keep(4)}) == keep(4)
	authz.least({{"mask": "bucket", "width": 10}, {"mask": "bucket", "width": 100}}) == {"mask": "bucket", "width": 10}
	authz.least({{"mask": "date_trunc", "unit": "year"}, {"mask": "date_trunc", "unit": "month"}}) == {"mask": "date_trunc", "unit": "month"}
}

test_a_mask_outside_the_catalogue_shows_null if {
	shown({"a": {"mask": "rot13"}}, ["a"], "varchar") == {"mask": "null"}
}
