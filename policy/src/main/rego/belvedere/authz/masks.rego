# What a caller sees instead of a value. Two questions: what the classes of one column add up to for one role, and
# which of several roles shows more.
package belvedere.authz

# How much a mask takes away. Those at 1 show a part of the value, each another part; from 2 on none of it is shown.
strength := {
	"none": 0,
	"bucket": 1,
	"date_trunc": 1,
	"email": 1,
	"keep_first": 1,
	"keep_last": 1,
	"redact": 2,
	"constant": 3,
	"null": 4,
	"hidden": 5,
}

text_masks := {"email", "keep_first", "keep_last", "redact"}

time_types := {"date", "timestamp", "timestamp with time zone"}

# A column without a class is shown; one with several is shown as the strictest of them allows.
role_mask(role, column) := strictest({class_mask(role, class, column.type) | some class in column.classes})

# A class that data.json does not mention for the role hides the column.
class_mask(role, class, type) := fitted(mask, type) if {
	mask := data.belvedere.roles[role].masks[class]
} else := {"mask": "hidden"}

# A mask that cannot be computed on the column's type shows NULL: a count over e-mail addresses has no first letter.
fitted(mask, type) := mask if {
	fits(mask, type)
} else := {"mask": "null"}

fits(mask, _) if mask.mask in {"none", "null", "hidden"}

fits(mask, "varchar") if mask.mask in text_masks

fits(mask, type) if {
	mask.mask == "date_trunc"
	type in time_types
}

fits(mask, type) if {
	mask.mask == "bucket"
	exact(type)
}

fits(mask, type) if {
	mask.mask == "constant"
	constant_fits(mask.value, type)
}

constant_fits(value, "varchar") if is_string(value)

constant_fits(value, type) if {
	is_string(value)
	type in time_types
}

constant_fits(value, "boolean") if is_boolean(value)

constant_fits(value, type) if {
	is_number(value)
	number(type)
}

exact(type) if type in {"integer", "bigint"}

exact(type) if startswith(type, "decimal(")

number("double")

number(type) if exact(type)

# Two different parts of a value have nothing in common that is safe to show, so together they show NULL.
strictest(masks) := {"mask": "none"} if {
	count(masks) == 0
} else := {"mask": "null"} if {
	max({strength[mask.mask] | some mask in masks}) == 1
	count({mask | some mask in masks; strength[mask.mask] == 1}) > 1
} else := sort({[strength[mask.mask], mask] | some mask in masks})[count(masks) - 1][1]

# The mask that shows most. Parts of a value are ordered by name, then by how much they show, so that the answer is stable.
least(masks) := sort({[strength[mask.mask], mask.mask, amount(mask), mask] | some mask in masks})[0][3]

amount(mask) := 0 - mask.characters if {
	mask.characters
} else := mask.width if {
	mask.width
} else := {"month": 1, "quarter": 2, "year": 3}[mask.unit] if {
	mask.unit
} else := 0
