"""Reading an expression or the unary tests of a table cell into nodes: the grammar of FEEL (DMN 1.5, 10.3.1.2).

One class of about 340 lines: the rules of the grammar call each other, and splitting them would hide their order.
"""

from __future__ import annotations

from decimal import Decimal

from engine.feel import limits, nodes
from engine.feel.nodes import Node
from engine.feel.temporal import parse_any
from engine.feel.type_reader import TypeReader
from engine.feel.types import ANY, Type
from engine.feel.values import CONTEXT
from engine.said import say

_LEVELS = {"or": 1, "and": 2, "between": 3, "in": 3, "+": 4, "-": 4, "*": 5, "/": 5, "**": 6}
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_LEVELS.update(dict.fromkeys(_COMPARISONS, 3))
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


class Parser(TypeReader):
    """Reads one source into nodes; every method reads one rule of the grammar and takes its tokens."""

    def whole_expression(self) -> Node:
        """Read the whole source as one expression."""
        tree = self.expression()
        if self.token.kind != "end":
            raise self.fail(say("expected an operator or the end, found {found}", found=self.found()))
        return tree

    def whole_tests(self) -> nodes.Tests:
        """Read the whole source as unary tests: `-`, tests with commas, or `not(tests)`."""
        if self.token.kind == "end" or (self.is_symbol("-") and self.lexer.token(self.token.end).kind == "end"):
            return nodes.Tests((), False)
        negated = self.is_word("not") and self.lexer.token(self.token.end).text == "("
        if negated:
            self.advance()
            self.advance()
        tests = self.tests()
        if negated:
            self.expect(")")
        if self.token.kind != "end":
            raise self.fail(say("expected a comma or the end, found {found}", found=self.found()))
        return nodes.Tests(tests, negated)

    def tests(self) -> tuple[nodes.Test, ...]:
        """Read unary tests with commas between them."""
        read = [self.test()]
        while self.skip(","):
            read.append(self.test())
        return tuple(read)

    def test(self) -> nodes.Test:
        """Read one unary test."""
        if self.is_symbol(*_COMPARISONS):
            operator = self.advance().text
            return nodes.Test(operator, self.binary(4))
        return nodes.Test("", self.expression())

    def expression(self) -> Node:
        """Read any expression."""
        self.deeper()
        special = {"for": self.loop, "if": self.condition, "some": self.quantified, "every": self.quantified}
        if self.token.kind == "word" and self.token.text in special:
            tree = special[self.token.text]()
        else:
            tree = self.binary(1)
        self.depth -= 1
        return tree

    def binary(self, level: int) -> Node:
        """Read operators of this level and those that bind tighter."""
        left = self.unary()
        for _ in range(limits.CHAIN):
            found = _LEVELS.get(self.token.text, 0) if self.token.kind in ("symbol", "word") else 0
            if found < level or not found:
                return left
            left = self.operation(left, self.advance().text, found)
        raise self.fail(say("more than {chain} operators beside each other", chain=limits.CHAIN))

    def operation(self, left: Node, operator: str, level: int) -> Node:
        """Read what stands right of an operator."""
        if operator == "between":
            low = self.binary(4)
            self.expect("and")
            return nodes.Between(left, low, self.binary(4))
        if operator == "in":
            return nodes.In(left, self.tests_after_in())
        right = self.binary(level + 1)
        if operator in ("and", "or"):
            items = left.items if isinstance(left, nodes.Logic) and left.operator == operator else (left,)
            return nodes.Logic(operator, (*items, right))
        if operator in _COMPARISONS:
            return nodes.Compare(operator, left, right)
        return nodes.Arithmetic(operator, left, right)

    def tests_after_in(self) -> tuple[nodes.Test, ...]:
        """Read what stands after `in`: one test, or tests in brackets."""
        if not self.is_symbol("("):
            if self.is_symbol(*_COMPARISONS):
                return (self.test(),)
            return (nodes.Test("", self.binary(4)),)
        start = self.token
        self.advance()
        tests = self.tests()
        if self.is_symbol(".."):  # (a..b]: a range after all
            self.jump(start.start)
            return (nodes.Test("", self.postfix(self.primary())),)
        self.expect(")")
        return tests

    def unary(self) -> Node:
        """Read a value with its signs before and its paths, filters, calls and type test behind."""
        if self.is_symbol("-"):
            self.deeper()
            self.advance()
            value = self.unary()
            self.depth -= 1
            if isinstance(value, nodes.Literal) and isinstance(value.value, Decimal):
                return nodes.Literal(CONTEXT.minus(value.value))
            return nodes.Negate(value)
        value = self.postfix(self.primary())
        if self.is_word("instance"):
            self.advance()
            self.expect("of")
            return nodes.InstanceOf(value, self.type())
        return value

    def postfix(self, value: Node) -> Node:
        """Read paths, filters and calls behind a value."""
        for _ in range(limits.CHAIN):
            if self.is_symbol("."):
                value = nodes.Path(value, self.path_name())
            elif self.is_symbol("..."):
                value = nodes.Descendants(value, self.path_name())
            elif self.is_symbol("[") and not self.closes_range():
                self.advance()
                value = nodes.Filter(value, self.expression())
                self.expect("]")
            elif self.is_symbol("("):
                value = self.call(value)
            else:
                return value
        raise self.fail(say("more than {chain} paths, filters or calls behind each other", chain=limits.CHAIN))

    def path_name(self) -> str:
        """Take `.` and the name of an entry; keywords are names here, and so are the keys of contexts before."""
        before = self.lexer.names
        self.lexer.names = before | self.keys
        self.advance()
        try:
            return self.entry_name()
        finally:
            self.forget(before)

    def entry_name(self) -> str:
        """Take the name of an entry; some entries of dates and ranges have two words."""
        if self.token.kind in ("name", "word"):
            name = self.advance().text
            if name in ("time", "start", "end") and self.is_word("offset", "included"):
                name += " " + self.advance().text
            return name
        raise self.fail(say("expected the name of an entry after '.', found {found}", found=self.found()))

    def closes_range(self) -> bool:
        """Say whether a `[` here ends a range like `]1..5[`: nothing that could be a filter follows it."""
        after = self.lexer.token(self.token.end)
        return (
            after.kind == "end" or (after.kind == "symbol" and after.text in ",)]}=<>") or after.text in ("and", "or")
        )

    def call(self, value: Node) -> Node:
        """Read the arguments of a call."""
        function: str | Node = value.name if isinstance(value, nodes.Name) else value
        position = self.advance().start
        arguments: list[Node] = []
        keys: list[str] = []
        while not self.is_symbol(")"):
            if named := self.lexer.key(self.token.start):
                keys.append(named[0])
                self.jump(named[1])
            arguments.append(self.expression())
            if not self.skip(","):
                break
        self.expect(")")
        if keys and len(keys) != len(arguments):
            self.misuse(say("either all arguments are named or none"))
            return nodes.Literal(None)
        return nodes.Call(function, tuple(arguments), tuple(keys), position)

    def primary(self) -> Node:
        """Read a constant, a name, a list, a range, a context or an expression in brackets."""
        token = self.token
        if token.kind == "number":
            number = CONTEXT.create_decimal(self.advance().text)
            if not number.is_finite():
                raise self.fail(say("the number is too large"), token)
            return nodes.Literal(number)
        if token.kind == "string":
            return nodes.Literal(limits.check_string(self.advance().text))
        if token.kind == "word":
            return self.word()
        if token.kind == "name":
            return nodes.Name(self.advance().text)
        return self.bracket()

    def word(self) -> Node:
        """Read a constant, a function definition or a name."""
        text = self.token.text
        if text in _CONSTANTS:
            self.advance()
            return nodes.Literal(_CONSTANTS[text])
        if text == "function":
            return self.definition()
        if text in ("if", "for", "some", "every"):
            return self.expression()
        return nodes.Name(self.name())

    def bracket(self) -> Node:
        """Read what begins with a sign."""
        if self.skip("@"):
            return self.moment()
        if self.is_symbol("{"):
            return self.context()
        if self.is_symbol("<", "<=", ">", ">="):
            return self.half_range()
        if not self.is_symbol("(", "[", "]"):
            raise self.fail(say("expected a value, found {found}", found=self.found()))
        opening = self.advance().text
        if opening == "[" and self.skip("]"):
            return nodes.ListOf(())
        if opening == "(" and self.is_symbol(*_COMPARISONS):
            return self.open_range()
        first = self.expression()
        if self.skip(".."):
            return self.range_from(first, opening == "[")
        if opening == "(":
            self.expect(")")
            return first
        if opening == "]":
            raise self.fail(say("expected '..' of a range, found {found}", found=self.found()))
        items = [first]
        while self.skip(","):
            items.append(self.expression())
        self.expect("]")
        return nodes.ListOf(tuple(items))

    def moment(self) -> Node:
        """Read the text of `@"2026-01-31"`."""
        token = self.advance()
        value = parse_any(token.text) if token.kind == "string" else None
        if value is None:
            if token.kind != "string":
                raise self.fail(say("expected a date, time or duration in quotes after '@'"), token)
            self.misuse(say("expected a date, time or duration in quotes after '@'"), token)
        return nodes.Literal(value)

    def open_range(self) -> Node:
        """Read `(< 5)` or `(>= 5)`: a range without one of its ends."""
        if self.is_symbol("!="):
            raise self.fail(say("'!=' makes no range"))
        if self.skip("="):
            operand = self.binary(4)
            made: Node = nodes.RangeOf(operand, operand, True, True)
        else:
            made = self.half_range()
        self.expect(")")
        return made

    def half_range(self) -> Node:
        """Read `< 5` or `>= 5`, which is a range where a value is expected."""
        if self.source[: self.token.start].endswith("="):  # =< and => are slips of the pen for <= and >=
            raise self.fail(say("expected a value after '=', found {found}", found=self.found()))
        operator = self.advance().text
        operand = self.binary(4)
        included = operator.endswith("=")
        if operator.startswith("<"):
            return nodes.RangeOf(None, operand, False, included)
        return nodes.RangeOf(operand, None, included, False)

    def range_from(self, start: Node, included: bool) -> Node:
        """Read the end of a range."""
        end = self.expression()
        if not self.is_symbol("]", ")", "["):
            raise self.fail(say("expected ']', ')' or '[' after a range, found {found}", found=self.found()))
        return nodes.RangeOf(start, end, included, self.advance().text == "]")

    def context(self) -> Node:
        """Read `{key: value, …}`."""
        before = self.lexer.names
        position = self.token.end
        keys: list[str] = []
        values: list[Node] = []
        self.advance()
        while not self.is_symbol("}"):
            named = self.lexer.key(position)
            if named is None:
                raise self.fail(say("expected 'name:' of a context entry, found {found}", found=self.found()))
            if named[0] in keys:
                self.misuse(say("the context has {name!r} twice", name=named[0]))
            keys.append(named[0])
            self.keys |= {named[0]}
            self.jump(named[1])
            values.append(self.expression())
            self.learn(named[0])
            position = self.token.end
            if not self.skip(","):
                break
        self.forget(before)
        self.expect("}")
        if len(set(keys)) < len(keys):
            return nodes.Literal(None)
        return nodes.ContextOf(tuple(keys), tuple(values))

    def condition(self) -> Node:
        """Read `if … then … else …`."""
        self.advance()
        question = self.expression()
        self.expect("then")
        then = self.expression()
        self.expect("else")
        return nodes.If(question, then, self.expression())

    def loop(self) -> Node:
        """Read `for … return …`."""
        self.advance()
        before = self.lexer.names
        rounds = self.rounds()
        self.expect("return")
        body = self.expression()
        self.forget(before)
        return nodes.For(rounds, body)

    def quantified(self) -> Node:
        """Read `some … satisfies …` or `every … satisfies …`."""
        every = self.advance().text == "every"
        before = self.lexer.names
        rounds = self.rounds()
        self.expect("satisfies")
        condition = self.expression()
        self.forget(before)
        return nodes.Quantified(every, rounds, condition)

    def rounds(self) -> tuple[nodes.Round, ...]:
        """Read `a in list, b in 1..5`."""
        read: list[nodes.Round] = []
        while True:
            name = self.loop_name()
            self.expect("in")
            source = self.expression()
            end = self.expression() if self.skip("..") else None
            read.append(nodes.Round(name, source, end))
            self.learn(name)
            if not self.skip(","):
                return tuple(read)

    def loop_name(self) -> str:
        """Take a new name, which may have spaces: everything up to `in`."""
        words = [self.name()]
        while self.token.kind == "word" and not self.is_word("in"):
            words.append(self.name())
        return " ".join(words)

    def definition(self) -> Node:
        """Read `function(a, b: number) body`."""
        self.advance()
        if not self.is_symbol("("):
            raise self.fail(say("expected '(' after function, found {found}", found=self.found()))
        position = self.token.end
        self.advance()
        parameters: list[str] = []
        types: list[Type] = []
        while not self.is_symbol(")"):
            parameters.append(self.parameter(position))
            types.append(self.type() if self.skip(":") else ANY)
            position = self.token.end
            if not self.skip(","):
                break
        self.expect(")")
        if self.is_word("external"):
            self.misuse(say("external functions are refused"))
            self.advance()
            self.expression()
            return nodes.Literal(None)
        before = self.learn(*parameters)
        body = self.expression()
        self.forget(before)
        return nodes.Definition(tuple(parameters), tuple(types), body)

    def parameter(self, position: int) -> str:
        """Take the name of a parameter, which may have spaces: everything up to `:`, `,` or `)`."""
        named = self.lexer.parameter(position)
        if named is None:
            raise self.fail(say("expected a name, found {found}", found=self.found()))
        self.jump(named[1])
        return named[0]
