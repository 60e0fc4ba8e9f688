# Which roles count for this request: those of the caller, those lent for a time, and those that breaking the glass gives.
package belvedere.authz

# A caller without a role that data.json knows is a stranger, to whom nothing exists.
known_roles contains role if some role in own_roles

known_roles contains role if some role in emergency_roles

own_roles contains role if {
	some role in input.caller.roles
	counts(role)
}

own_roles contains role if {
	some grant in running_grants
	role := grant.what.role
	counts(role)
}

# A role counts for the kinds of callers it names, by default for all but agents, and for the purposes it names, by default
# for any. The roles of an agent are those of the human it acts for.
counts(role) if {
	rules := data.belvedere.roles[role]
	input.caller.kind in object.get(rules, "kinds", ["human", "service"])
	suits_purpose(rules)
}

suits_purpose(rules) if not rules.purposes

suits_purpose(rules) if input.purpose in rules.purposes

# Grants that run at the time of the request. Times are whole seconds in UTC; the last is the first at which nothing is lent.
running_grants contains grant if {
	some grant in data.belvedere.grants
	now := substring(input.time, 0, 19)
	substring(grant.from, 0, 19) <= now
	now < substring(grant.until, 0, 19)
	lent_to(grant.who)
}

lent_to(who) if {
	who.issuer == input.caller.issuer
	who.subject == input.caller.subject
}

lent_to(who) if who.role in input.caller.roles

# What rests on a grant ends with it.
lifetime := {"until": min({grant.until | some grant in running_grants})} if {
	count(running_grants) > 0
} else := {}

# To break the glass is to read rows with a reason that is not part of one's work; a role says which role it gives.
breaks_glass if {
	reads_rows
	input.breakGlass
}

emergency_roles contains role if {
	breaks_glass
	some own in own_roles
	role := data.belvedere.roles[own].breakGlass
	counts(role)
}

glass_refused if {
	breaks_glass
	count(emergency_roles) == 0
}
