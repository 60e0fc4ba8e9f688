# What a caller sees instead of a value. Two questions: what the classes of one column add up to for one role, and
# which of several roles shows more.
package belvedere.authz

# How much a mask takes away. Those at 1 show a part of the value, each another part; a hash shows which values are equal;
# from 3 on nothing is shown.
strength := {
	"none": 0,
	"bucket": 1,
	"date_trunc": 1,
	"email": 1,
	"keep_first": 1,
	"keep_last": 1,
	"hash": 2,
	"redact": 3,
	"constant": 4,
	"null": 5,
	"hidden": 6,
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
} else := salted(mask) if {
	mask.mask == "hash"
	hashed(type)
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

hashed(type) if type in {"varchar", "varbinary"}

hashed(type) if type in time_types

hashed(type) if exact(type)

# The rule's list of salts as one text, in which no two lists are the same. A caller without an attribute that salts is shown NULL.
salted(mask) := object.union(mask, {"salt": salt_text(mask.salt)}) if {
	every salt in mask.salt {
		salt_value(salt)
	}
}

# Not JSON, which the engines of OPA write with different escapes.
salt_text(salts) := concat("&", [concat("=", [escaped(salt), escaped(salt_value(salt))]) | some salt in salts])

escaped(text) := replace(replace(replace(text, `\`, `\\`), "&", `\&`), "=", `\=`)

salt_value("purpose") := object.get(input, "purpose", "")

salt_value(salt) := value if {
	startswith(salt, "attribute.")
	value := input.caller.attributes[substring(salt, count("attribute."), -1)]
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
