"""The rules once more, one method a rule, over the rows of a problem: plain Python, no arrays.

`Rules(problem)` answers for every pair (workload, site): which reasons speak against it, what its
round trip is, what it costs, and what it uses of which row.
"""

import math
from fractions import Fraction

from placement.model.five_qi import FIVE_QI
from tests.reference.law import Facts
from tests.reference.paths import best_path, hops, joint_variance, simple_paths
from tests.reference.routes import (
    MAX_VARIANCE,
    arcs,
    ns_down,
    ns_up,
    paths_from,
    spread_ns,
    turned_round,
)


def half_up(x):
    """Return x in whole millionths, halves up."""
    return math.floor(x * 10**6 + Fraction(1, 2))


class Rules:
    """Who may go where in one problem, and what it costs."""

    def __init__(self, problem):
        self.problem = problem
        self.at = problem.at
        self.nodes = {row.id: row for row in problem.nodes}
        self.links = list(problem.links)
        self.slices = {row.id: row for row in problem.slices}
        self.sites = {row.id: row for row in problem.sites}
        self.policies = {row.id: row for row in problem.policies}
        self.workloads = {row.id: row for row in problem.workloads}
        self.pairs = {(row.workload, row.site): row for row in problem.pairs}
        self.operators = {row.id: row for row in problem.operators or ()}
        self.facts = Facts(problem)
        self._paths, self._joint = {}, {}

    # ---- what is known of a pair

    def policy(self, workload, field):
        """Return one field of the workload's policy, `None` where nothing is asked."""
        if workload.policy is None:
            return None
        return getattr(self.policies[workload.policy], field)

    def pair(self, workload, site):
        """Return what the caller said of this pair, or `None`."""
        return self.pairs.get((workload.id, site.id))

    def demand(self, workload, site):
        """Return {resource: amount} that the workload needs on this site."""
        pair = self.pair(workload, site)
        given = workload.demand if pair is None or pair.demand is None else pair.demand
        return {resource: Fraction(amount) for resource, amount in given.items()}

    def needs_agreement(self, workload, site):
        """Tell whether home must have an agreement with the operator of the site."""
        home = workload.operator
        return not (home is None or self.problem.agreements is None or home == site.operator)

    def agreement(self, workload, site):
        """Return the agreement that is in force between home and host, or `None`."""
        for row in self.problem.agreements or ():
            started = row.valid_from is None or row.valid_from <= self.at
            over = row.valid_until is not None and row.valid_until < self.at
            if (row.home, row.host) == (workload.operator, site.operator) and started and not over:
                return row
        return None

    def covering(self, workload, site):
        """Return that agreement if it is for such a workload on such a site, or `None`."""
        row = self.agreement(workload, site)
        if row is None or (row.country_quota and site.country is None):
            return None
        if row.slices is not None and workload.slice not in row.slices:
            return None
        if row.policies is not None and workload.policy not in row.policies:
            return None
        return row

    def host(self, site):
        """Return what is known of the operator of a site, or `None`."""
        return self.operators.get(site.operator)

    # ---- latency

    def legal_nodes(self, workload):
        """Return the nodes that the data may cross, `None` for all."""
        transit, rule = (self.policy(workload, field) for field in ("transit", "in_transit"))
        if transit is None and rule is None:
            return None
        countries = None if transit is None else self.problem.law.expand(tuple(transit), self.at)
        return frozenset(
            n.id
            for n in self.nodes.values()
            if (countries is None or n.country in countries)
            and (rule is None or self.facts.passes(n, rule))
        )

    def paths(self, origin, slice_id, legal):
        """Return the best paths from an origin, and the best back to it."""
        key = (origin, slice_id, legal)
        if key not in self._paths:
            isolated = {one.id for one in self.slices.values() if one.isolated}
            there = arcs(self.links, self.nodes, slice_id, isolated)
            back = turned_round(there)
            self._paths[key] = tuple(
                paths_from(origin, a, self.nodes, legal) for a in (there, back)
            )
        return self._paths[key]

    def trips(self, workload, site, legal):
        """Return (mean ns, variance) of the round trip from each origin, `None` where none exists."""
        found = []
        access, spread = 0, 0
        if workload.slice is not None:
            access = ns_up(self.slices[workload.slice].access_ms)
            spread = ns_up(self.slices[workload.slice].access_jitter_ms) ** 2
        if workload.five_qi is not None:
            access, spread = FIVE_QI[workload.five_qi].delay_budget_ms * 10**6, 0
        for origin in workload.origins or ():
            out, back = self.paths(origin.node, workload.slice, legal)
            if site.node not in out or site.node not in back:
                found.append(None)
                continue
            (out_ns, out_var), (back_ns, back_var) = out[site.node], back[site.node]
            mean = out_ns + back_ns + 2 * access
            if any(link.jitter_group is not None for link in self.links):
                trip = origin.node, site.node, workload.slice, legal
                out_var, back_var = self.joint_variance(*trip), 0
            found.append((mean, min(out_var + back_var + 2 * spread, MAX_VARIANCE)))
        return found

    def joint_variance(self, origin, end, slice_id, legal):
        """Return the variance of a round trip on the paths that count, of all simple ones."""
        key = origin, end, slice_id, legal
        if key not in self._joint:
            processing = {node.id: ns_up(node.processing_ms) for node in self.nodes.values()}
            trip = []
            for reverse in (False, True):
                leading = hops(self.problem.network, slice_id, reverse=reverse)
                paths = simple_paths(leading, origin, end, legal)
                trip += best_path(paths, processing, jitter=True)
            self._joint[key] = joint_variance(trip)
        return self._joint[key]

    def rtt_ns(self, workload, site):
        """Return the value that `max_rtt_ms` bounds: the largest over the origins."""
        trips = self.trips(workload, site, self.legal_nodes(workload))
        if workload.percentile is None:
            return max((mean for mean, _ in trips), default=0)
        sure = workload.percentile, workload.guarantee
        return max((m + spread_ns(*sure, v) for m, v in trips), default=0)

    def mean_rtt_ms(self, workload, site):
        """Return the mean round trip by the weights of the origins."""
        origins = workload.origins or ()
        total = sum(Fraction(origin.weight) for origin in origins)
        trips = self.trips(workload, site, self.legal_nodes(workload))
        weighted = sum(
            Fraction(o.weight) * mean for o, (mean, _) in zip(origins, trips, strict=True)
        )
        return weighted / total / 10**6 if origins else Fraction(0)

    # ---- the rules: each tells whether the pair passes

    def passes_state(self, w, s):
        """The site is open, or cordoned and the workload's current site."""
        return s.state == "open" or (s.state == "cordoned" and w.site == s.id)

    def passes_pinned(self, w, s):
        """The workload is not pinned, or this is its current site."""
        return not w.pinned or w.site == s.id

    def passes_allow_deny(self, w, s):
        """The site is in `allow` (if given) and not in `deny`."""
        return (w.allow is None or s.id in w.allow) and s.id not in (w.deny or ())

    def passes_features(self, w, s):
        """The site has all features asked for."""
        return set(w.features or ()) <= set(s.features or ())

    def passes_slice(self, w, s):
        """No slice is asked for, or the site offers it and its operators (if given) include the site's."""
        if w.slice is None:
            return True
        terms = self.slices[w.slice]
        begun = terms.valid_from is None or terms.valid_from <= self.at
        over = terms.valid_until is not None and terms.valid_until < self.at
        if not begun or over or not all(self.serves(terms, o.node) for o in w.origins or ()):
            return False
        operators = terms.operators
        return w.slice in s.slices and (operators is None or s.operator in operators)

    def serves(self, terms, node):
        """Tell whether a node is in the service area of a slice."""
        if terms.nodes is not None and node not in terms.nodes:
            return False
        if terms.countries is None:
            return True
        return self.nodes[node].country in self.problem.law.expand(tuple(terms.countries), self.at)

    def passes_agreement(self, w, s):
        """No home, no table, the home itself, or an agreement in force that covers the pair."""
        return not self.needs_agreement(w, s) or self.covering(w, s) is not None

    def passes_country(self, w, s):
        """The site's country is known and in the policy's `countries`."""
        return self.is_known_to_be_in(w, "countries", self.facts.fact(s, "country"))

    def passes_seat(self, w, s):
        """The host operator's seat and all its parents are known and in `seats`."""
        return all(
            self.is_known_to_be_in(w, "seats", self.facts.fact(s, fact))
            for fact in ("seat", "parents")
        )

    def is_known_to_be_in(self, workload, field, fact):
        """Tell whether all values of a fact are known and in the countries of a policy's field."""
        countries, (values, complete) = self.policy(workload, field), fact
        if countries is None:
            return True
        return complete and values <= self.problem.law.expand(tuple(countries), self.at)

    def passes_law(self, w, s):
        """The laws that the host operator is exposed to are known and none is excluded."""
        excluded, (laws, complete) = self.policy(w, "excluded_laws"), self.facts.fact(s, "laws")
        return not excluded or (complete and not laws & set(excluded))

    def passes_certification(self, w, s):
        """The site has every certification asked for, on the day."""
        wanted, (held, _) = (
            self.policy(w, "certifications") or (),
            self.facts.fact(s, "certifications"),
        )
        return all(self.problem.law.satisfies(held, want) for want in wanted)

    def passes_question(self, w, s, question):
        """The policy's expression for a question is known to be true of the site."""
        text = self.policy(w, question)
        return text is None or self.facts.passes(s, text)

    def passes_at_rest(self, w, s):
        """Where data rests."""
        return self.passes_question(w, s, "at_rest")

    def passes_processing(self, w, s):
        """Where data is processed."""
        return self.passes_question(w, s, "processing")

    def passes_access(self, w, s):
        """Who operates and supports it."""
        return self.passes_question(w, s, "access")

    def passes_ownership(self, w, s):
        """Who owns the host operator."""
        return self.passes_question(w, s, "ownership")

    def passes_backup(self, w, s):
        """Where backups are."""
        return self.passes_question(w, s, "backup")

    def passes_unreachable(self, w, s):
        """Some path exists in the slice's network, each way, from every origin."""
        return None not in self.trips(w, s, None)

    def passes_transit(self, w, s):
        """Some legal path exists likewise; asked only where some path does."""
        return not self.passes_unreachable(w, s) or None not in self.trips(
            w, s, self.legal_nodes(w)
        )

    def passes_latency(self, w, s):
        """The round trip is within `max_rtt_ms`; asked only where a legal path exists."""
        if (
            w.max_rtt_ms is None
            or not self.passes_unreachable(w, s)
            or not self.passes_transit(w, s)
        ):
            return True
        return self.rtt_ns(w, s) <= ns_down(w.max_rtt_ms)

    def passes_size(self, w, s):
        """The workload fits the empty site, its slice and the whole quota."""
        return all(used <= self.limit(row) for row, used in self.uses(w, s).items())

    REASONS = (
        *("state", "pinned", "allow_deny", "features", "slice", "agreement", "country", "seat"),
        *("law", "certification", "at_rest", "processing", "access", "ownership", "backup"),
        *("unreachable", "transit", "latency", "size"),
    )

    def reasons(self, workload, site):
        """Return the set of all that speaks against this workload on this site."""
        return {r for r in self.REASONS if not getattr(self, f"passes_{r}")(workload, site)}

    # ---- rows: ("site", site, resource), ("slice", site, slice), ("quota", home, host, resource)
    # ---- and ("country", home, host, country, resource), ("whole", slice), ("devices", slice)

    def uses(self, workload, site):
        """Return {row: amount} that the workload would take on this site."""
        demand = self.demand(workload, site)
        used = {("site", site.id, resource): amount for resource, amount in demand.items()}
        if workload.slice in (site.slices or {}):
            used["slice", site.id, workload.slice] = Fraction(workload.bandwidth or 0)
        if workload.slice is not None:
            used["whole", workload.slice] = Fraction(workload.bandwidth or 0)
            used["devices", workload.slice] = Fraction(workload.devices)
        if self.needs_agreement(workload, site) and self.covering(workload, site) is not None:
            for resource, amount in demand.items():
                pair = workload.operator, site.operator
                used["quota", *pair, resource] = amount
                used["country", *pair, site.country, resource] = amount
        return {row: amount for row, amount in used.items() if amount > 0}

    def limit(self, row):
        """Return how much of a row there is; infinity where it has no end."""
        kind, *key = row
        if kind == "site":
            given = self.sites[key[0]].capacity.get(key[1], 0)
        elif kind == "slice":
            given = self.sites[key[0]].slices[key[1]]
        elif kind in ("whole", "devices"):
            terms = self.slices[key[0]]
            given = terms.bandwidth if kind == "whole" else terms.max_devices
        elif kind == "quota":
            given = self._quota("quota", *key)
        else:
            home, host, country, resource = key
            given = self._quota("country_quota", home, host, f"{country}/{resource}")
        return math.inf if given is None else Fraction(given)

    def _quota(self, field, home, host, name):
        for row in self.problem.agreements:
            started = row.valid_from is None or row.valid_from <= self.at
            over = row.valid_until is not None and row.valid_until < self.at
            if (row.home, row.host) == (home, host) and started and not over:
                return (getattr(row, field) or {}).get(name)
        return None

    # ---- cost, in micro-units

    def cost(self, workload, site):
        """Return what the workload costs on this site: exact, then rounded once."""
        weights, demand = self.problem.objective, self.demand(workload, site)
        agreement = self.agreement(workload, site) if self.needs_agreement(workload, site) else None
        factor = 1 if agreement is None else Fraction(agreement.price_factor)
        cost = Fraction(weights.latency) * self.mean_rtt_ms(workload, site)
        cost += Fraction(weights.price) * factor * self._bill(demand, site.price)
        cost += Fraction(weights.carbon) * self._bill(demand, site.carbon)
        if workload.site is not None and workload.site != site.id:
            cost += Fraction(weights.moves) * Fraction(workload.move_cost)
        pair = self.pair(workload, site)
        if pair is not None:
            cost += Fraction(pair.cost or 0)
        return half_up(cost)

    @staticmethod
    def _bill(demand, prices):
        return sum(Fraction((prices or {}).get(r, 0)) * amount for r, amount in demand.items())

    def open_cost(self, site):
        """Return what it costs to use the site at all."""
        return half_up(Fraction(site.open_cost))

    # ---- plans

    def value(self, assignment):
        """Return (unplaced priority, cost) of {workload: site}."""
        unplaced = sum(w.priority for w in self.workloads.values() if w.id not in assignment)
        pairs = [(self.workloads[w], self.sites[s]) for w, s in assignment.items()]
        cost = sum(self.cost(w, s) for w, s in pairs)
        return unplaced, cost + sum(self.open_cost(self.sites[s]) for s in set(assignment.values()))

    def load(self, assignment):
        """Return {row: amount} that {workload: site} takes."""
        load = {}
        for w, s in assignment.items():
            for row, amount in self.uses(self.workloads[w], self.sites[s]).items():
                load[row] = load.get(row, 0) + amount
        return load

    def left_out(self, workload, assignment):
        """Return {reason: number of sites} of a workload that {workload: site} leaves out."""
        load, counts = self.load(assignment), {}
        names = {"site": "capacity", "slice": "bandwidth", "whole": "bandwidth", "quota": "quota"}
        names |= {"country": "quota", "devices": "quota", "moves": "budget"}
        for site in self.sites.values():
            reasons = self.reasons(workload, site)
            if not reasons:
                used = self.uses(workload, site).items()
                over = [row for row, used in used if load.get(row, 0) + used > self.limit(row)]
                reasons = {names[row[0]] for row in over}
            for reason in reasons:
                counts[reason] = counts.get(reason, 0) + 1
        return counts
