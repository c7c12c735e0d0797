"""Which channels an alert goes to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.routing import TRAITS, Route, Traits, every, route

HIGH_IN_AZ = Traits("gas-transit", "caucasus", "high", "asserted", "az", "AZ")


def branch(*channels: str, routes: tuple[Route, ...] = (), go_on: bool = False, **match: str) -> Route:
    conditions = tuple((name, tuple(values.split())) for name, values in match.items())
    return Route(channels, conditions, routes, go_on, "channels.yaml:7")


def channels(*routes: Route, traits: Traits = HIGH_IN_AZ) -> tuple[str, ...]:
    return route(Route(("oncall",), routes=routes), traits).channels


def test_without_a_route_that_fits_it_goes_to_the_default_channels():
    assert route(Route(("oncall",)), HIGH_IN_AZ).why == "no route fits: the default channels"
    assert channels(branch("boss", severity="critical")) == ("oncall",)


def test_the_first_route_that_fits_takes_it():
    assert channels(branch("boss", severity="critical high"), branch("all", language="az")) == ("boss",)


def test_every_condition_of_a_route_has_to_hold_by_one_of_its_values():
    assert channels(branch("boss", severity="critical high", language="ru tr")) == ("oncall",)
    assert channels(branch("boss", severity="critical high", language="ru az")) == ("boss",)


def test_a_route_that_goes_on_leaves_it_to_the_later_ones_as_well():
    routes = branch("boss", severity="high", go_on=True), branch("desk", rule="gas-*"), branch("none", country="AZ")
    assert channels(*routes) == ("boss", "desk")


def test_no_channel_gets_it_twice():
    assert channels(branch("desk", severity="high", go_on=True), branch("desk", "boss", rule="gas-*")) == (
        "desk",
        "boss",
    )


def test_the_most_specific_branch_takes_it_and_inherits_channels_from_above():
    inner = branch(routes=(branch("tr-desk", language="tr"),), country="AZ")
    assert channels(branch("boss", severity="high", routes=(inner,))) == ("boss",)
    turkish = Traits("gas-transit", "caucasus", "high", "asserted", "tr", "AZ")
    assert channels(branch("boss", severity="high", routes=(inner,)), traits=turkish) == ("tr-desk",)


def test_the_channels_that_a_rule_names_stand_instead_of_the_tree():
    routing = route(Route(("oncall",), routes=(branch("boss", severity="high"),)), HIGH_IN_AZ, ("own", "own"))
    assert (routing.channels, routing.why) == (("own",), "the rule names its channels")


def test_what_is_not_known_fits_no_value():
    assert channels(branch("boss", country="*"), traits=Traits("gas-transit")) == ("oncall",)


def test_the_reason_names_the_conditions_and_where_they_are_written():
    inner = branch("tr-desk", language="az tr")
    assert route(Route(("oncall",), routes=(branch("boss", severity="high", routes=(inner,)),)), HIGH_IN_AZ).why == (
        "severity high (channels.yaml:7), then language az or tr (channels.yaml:7)"
    )


words = st.sampled_from(["a", "b", "ab", ""])
conditions = st.lists(
    st.tuples(st.sampled_from(TRAITS), st.lists(st.sampled_from(["a", "b", "a*"]), min_size=1).map(tuple)), max_size=3
).map(tuple)
trees = st.recursive(
    st.builds(Route, st.lists(words.filter(bool), max_size=2).map(tuple), conditions, go_on=st.booleans()),
    lambda below: st.builds(
        Route,
        st.lists(words.filter(bool), max_size=2).map(tuple),
        conditions,
        st.lists(below, max_size=3).map(tuple),
        st.booleans(),
    ),
    max_leaves=12,
)


@given(st.lists(trees, max_size=4).map(tuple), st.builds(Traits, *[words] * len(TRAITS)))
def test_routing_is_total_every_alert_has_channels_that_some_route_names_and_a_reason(routes, traits):
    root = Route(("oncall",), routes=routes)
    routing = route(root, traits)
    assert routing.channels
    assert routing.why
    assert set(routing.channels) <= {name for taken in every(root) for name in taken.channels}
    assert len(set(routing.channels)) == len(routing.channels)
