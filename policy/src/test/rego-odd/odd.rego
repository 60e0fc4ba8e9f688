# A policy that misbehaves in the way the purpose says; compiled to src/test/resources for the tests of the gate.
package belvedere.authz

# METADATA
# entrypoint: true
decision := denied if input.purpose == "deny"

decision := denied if {
	input.operation == "query"
	not input.purpose
}

decision := described if input.operation == "describe"

# Undefined for every other purpose.

# Minutes of work, and no way to end it from inside.
decision := denied if {
	input.purpose == "slow"
	count({[a, b, c] | some a in numbers.range(1, 400); some b in numbers.range(1, 400); some c in numbers.range(1, 400); (a + b) + c == 0}) == 0
}

# Two values under one key: the engine aborts.
decision := object.union(denied, {"views": {key: value | some value in [1, 2]; key := "same"}}) if input.purpose == "abort"

# More than the instance may have.
decision := object.union(denied, {"reason": concat("", [text | some _ in numbers.range(1, 1000000); text := "0123456789"])}) if {
	input.purpose == "memory"
}

# Whatever the purpose says.
decision := json.unmarshal(trim_prefix(input.purpose, "forged ")) if startswith(input.purpose, "forged ")

decision := object.remove(denied, ["detail"]) if input.purpose == "omit"

denied := {
	"effect": "deny",
	"reason": "odd",
	"revision": data.belvedere.revision,
	"detail": "shape",
	"views": {view.id: {"access": "none"} | some view in input.views},
}

described := object.union(denied, {"effect": "allow"})
