"""Improve a solution: move members to cheaper pairs, and make room for those that are left out."""

from libc.stdint cimport INT64_MAX, int32_t, int64_t

from placement._core.clock cimport called_off

cdef enum:
    PATIENCE = 100_000  # pairs looked at between two looks at the clock: some 2 ms


# What does not change: pairs by class and by site, and what they use.
cdef struct Problem:
    const int64_t* pair_ptr
    const int32_t* pair_class
    const int32_t* pair_site
    const int64_t* pair_cost
    const int64_t* priority
    const int64_t* use_ptr
    const int32_t* use_row
    const int64_t* use_amount
    const int64_t* open_cost
    const int64_t* site_ptr
    const int32_t* site_pairs


cdef struct State:
    int64_t* left       # [n_classes]: members left out
    int64_t* room       # [n_rows]
    int64_t* members    # [n_sites]: how many run there
    int64_t* placed     # [n_pairs]
    int64_t steps


# A member of `pair`'s class comes in; one at `source` makes room and goes to `target`, or out (-1).
cdef struct Change:
    int64_t pair
    int64_t source
    int64_t target
    int64_t gain        # priority that is placed more
    int64_t cost


cdef inline bint fits(const Problem* problem, const State* state, int64_t pair) noexcept nogil:
    cdef int64_t use
    for use in range(problem.use_ptr[pair], problem.use_ptr[pair + 1]):
        if problem.use_amount[use] > state.room[problem.use_row[use]]:
            return False
    return True


# Put members at a pair, or take them away; return what that costs.
cdef inline int64_t put(
    const Problem* problem, State* state, int64_t pair, int64_t many
) noexcept nogil:
    cdef int64_t use, cost = many * problem.pair_cost[pair]
    cdef int32_t site = problem.pair_site[pair]
    for use in range(problem.use_ptr[pair], problem.use_ptr[pair + 1]):
        state.room[problem.use_row[use]] -= many * problem.use_amount[use]
    state.placed[pair] += many
    if state.members[site] == 0:
        cost += problem.open_cost[site]
    state.members[site] += many
    if state.members[site] == 0:
        cost -= problem.open_cost[site]
    return cost


# The cheapest other pair of a class with room; -1 if there is none, or none below `most`.
cdef int64_t cheapest(
    const Problem* problem, State* state, int32_t c, int64_t but, int64_t most, int64_t* cost
) noexcept nogil:
    cdef int64_t pair, found = -1, price
    for pair in range(problem.pair_ptr[c], problem.pair_ptr[c + 1]):
        price = problem.pair_cost[pair]
        if state.members[problem.pair_site[pair]] == 0:
            price += problem.open_cost[problem.pair_site[pair]]
        if price < most and pair != but and fits(problem, state, pair):
            found = pair
            most = price
    state.steps += problem.pair_ptr[c + 1] - problem.pair_ptr[c]
    cost[0] = most
    return found


cdef inline bint better(const Change* one, const Change* other) noexcept nogil:
    if one.gain != other.gain:
        return one.gain > other.gain
    return one.cost < other.cost


# The best way to bring a member of class c in.
cdef Change way_in(const Problem* problem, State* state, int32_t c) noexcept nogil:
    cdef Change best, change
    cdef int64_t pair, source, use, cost, here, price
    cdef int32_t other, site
    best.gain = best.cost = 0
    best.pair = best.source = best.target = -1
    for pair in range(problem.pair_ptr[c], problem.pair_ptr[c + 1]):
        site = problem.pair_site[pair]
        change.pair = pair
        change.source = change.target = -1
        change.gain = problem.priority[c]
        if fits(problem, state, pair):
            change.cost = put(problem, state, pair, 1)
            put(problem, state, pair, -1)
            if better(&change, &best):
                best = change
            continue
        for use in range(problem.site_ptr[site], problem.site_ptr[site + 1]):
            source = problem.site_pairs[use]
            if state.placed[source] == 0:
                continue
            state.steps += 1
            other = problem.pair_class[source]
            here = put(problem, state, source, -1)
            if fits(problem, state, pair):
                here += put(problem, state, pair, 1)
                change.source = source
                change.target = cheapest(problem, state, other, source, INT64_MAX, &price)
                change.gain = problem.priority[c]
                change.cost = here + price
                if change.target < 0:
                    change.gain -= problem.priority[other]
                    change.cost = here
                if better(&change, &best):
                    best = change
                put(problem, state, pair, -1)
            put(problem, state, source, 1)
    return best


def improve(
    const int64_t[::1] pair_ptr,    # IN
    const int32_t[::1] pair_class,  # IN
    const int32_t[::1] pair_site,   # IN
    const int64_t[::1] pair_cost,   # IN
    const int64_t[::1] priority,    # IN
    const int64_t[::1] use_ptr,     # IN
    const int32_t[::1] use_row,     # IN
    const int64_t[::1] use_amount,  # IN
    const int64_t[::1] open_cost,   # IN
    const int64_t[::1] site_ptr,    # IN
    const int32_t[::1] site_pairs,  # IN
    const int32_t[::1] order,       # IN
    int64_t[::1] left,              # IN, OUT
    int64_t[::1] room,              # IN, OUT
    int64_t[::1] members,           # IN, OUT
    int64_t[::1] placed,            # IN, OUT
    const int64_t[::1] stop,        # IN
):
    """Improve a solution until no single step does.

    Two kinds of step, in turns: a member that is left out comes in, at a pair with room or where one
    other member on the same site makes room, which goes to its cheapest other pair with room or, if it matters less or
    costs more, out; and a member moves to the cheapest other pair of its class with room, if that is
    cheaper.

    Parameters
    ----------
    pair_ptr : ndarray of shape (n_classes + 1,), int64
        The pairs of class c are pair_ptr[c] to pair_ptr[c + 1].
    pair_class, pair_site : ndarray of shape (n_pairs,), int32
        Of each pair.
    pair_cost : ndarray of shape (n_pairs,), int64
        Of one member, below 2**61.
    priority : ndarray of shape (n_classes,), int64
        Of one member.
    use_ptr : ndarray of shape (n_pairs + 1,), int64
        What pair p uses is use_ptr[p] to use_ptr[p + 1].
    use_row : ndarray of shape (n_uses,), int32
        Of which row.
    use_amount : ndarray of shape (n_uses,), int64
        How much a member.
    open_cost : ndarray of shape (n_sites,), int64
        Of each site, below 2**61.
    site_ptr : ndarray of shape (n_sites + 1,), int64
        The pairs at site s are those in site_pairs[site_ptr[s] : site_ptr[s + 1]].
    site_pairs : ndarray of shape (n_pairs,), int32
        The pairs by site.
    order : ndarray of shape (n_classes,), int32
        The classes, those first that are to come in first.
    left : ndarray of shape (n_classes,), int64
        Members left out of each class.
    room : ndarray of shape (n_rows,), int64
        What is left of each row, 0 or more.
    members : ndarray of shape (n_sites,), int64
        How many run at each site.
    placed : ndarray of shape (n_pairs,), int64
        Members at each pair.
    stop : ndarray of shape (2,), int64
        The stop token.

    Returns
    -------
    bool
        False if it was stopped before no step was left; the solution is never worse than before.

    Notes
    -----
    Every step places more priority, or as much at less cost, so it ends.

    References
    ----------
    Yagiura, M., Ibaraki, T. and Glover, F., "An ejection chain approach for the generalized
    assignment problem", INFORMS Journal on Computing 16, 2004 (shifts and chains of two).

    Examples
    --------
    >>> import numpy as np
    >>> from placement._core import improve
    >>> placed, left, room = np.array([1, 0, 0]), np.array([0, 1]), np.array([0, 1])
    >>> improve(
    ...     pair_ptr=np.array([0, 2, 3]), pair_class=np.array([0, 0, 1], np.int32),
    ...     pair_site=np.array([0, 1, 0], np.int32), pair_cost=np.array([1, 5, 1]),
    ...     priority=np.array([1, 1]), use_ptr=np.array([0, 1, 2, 3]),
    ...     use_row=np.array([0, 1, 0], np.int32), use_amount=np.array([1, 1, 1]),
    ...     open_cost=np.zeros(2, np.int64), site_ptr=np.array([0, 2, 3]),
    ...     site_pairs=np.array([0, 2, 1], np.int32), order=np.array([0, 1], np.int32), left=left,
    ...     room=room, members=np.array([1, 0]), placed=placed, stop=np.array([2**63 - 1, 0]))
    True
    >>> placed.tolist(), left.tolist()
    ([0, 1, 1], [0, 0])
    """
    cdef Problem problem
    cdef State state
    cdef Change change
    cdef Py_ssize_t n_classes = left.shape[0], n_pairs = placed.shape[0], k
    cdef int64_t pair, target, here, price
    cdef int32_t c
    cdef bint again = True, done = True
    if n_pairs == 0:
        return True
    problem.pair_ptr = &pair_ptr[0]
    problem.pair_class = &pair_class[0]
    problem.pair_site = &pair_site[0]
    problem.pair_cost = &pair_cost[0]
    problem.priority = &priority[0]
    problem.use_ptr = &use_ptr[0]
    problem.use_row = &use_row[0] if use_row.shape[0] else NULL
    problem.use_amount = &use_amount[0] if use_row.shape[0] else NULL
    problem.open_cost = &open_cost[0]
    problem.site_ptr = &site_ptr[0]
    problem.site_pairs = &site_pairs[0]
    state.left = &left[0]
    state.room = &room[0] if room.shape[0] else NULL
    state.members = &members[0]
    state.placed = &placed[0]
    state.steps = 0
    with nogil:
        while again and done:
            again = False
            for k in range(n_classes):
                c = order[k]
                while left[c] > 0:
                    change = way_in(&problem, &state, c)
                    if change.pair < 0:
                        break
                    left[c] -= 1
                    if change.source >= 0:
                        put(&problem, &state, change.source, -1)
                        if change.target < 0:
                            left[problem.pair_class[change.source]] += 1
                    put(&problem, &state, change.pair, 1)
                    if change.target >= 0:
                        put(&problem, &state, change.target, 1)
                    again = True
                    if called_off(&state.steps, PATIENCE, stop):
                        done = False
                        break
                if not done or called_off(&state.steps, PATIENCE, stop):
                    done = False
                    break
            pair = 0
            while done and pair < n_pairs:
                while placed[pair] > 0:
                    here = put(&problem, &state, pair, -1)
                    target = cheapest(
                        &problem, &state, pair_class[pair], pair, -here, &price
                    )
                    if target < 0:
                        put(&problem, &state, pair, 1)
                        break
                    put(&problem, &state, target, 1)
                    again = True
                if called_off(&state.steps, PATIENCE, stop):
                    done = False
                pair += 1
    return done
