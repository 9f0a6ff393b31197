"""A choice among sections that are told apart by their ``name``, such as the schedules.

A subclass of :class:`Variant` is a family; a subclass of the family with a literal ``name`` is one
of its variants, wherever it is defined. From then on a config takes it:

    class CubicScheduleSettings(ScheduleSettings):
        name: Literal["cubic"] = "cubic"
        half: PositiveInt = Field(3, description="epochs until the rate is halved")
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Self, TypeVar

from pydantic import (
    ModelWrapValidatorHandler,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from ner_window.config.section import Section, as_mapping
from ner_window.errors import InputError
from ner_window.wording import listed

Registered = TypeVar("Registered")


class Variant(Section):
    """One of a family of sections: it has the settings of this variant and no others.

    ``head: sentence`` is short for ``head: {name: sentence}``.
    """

    noun: ClassVar[str]
    plural: ClassVar[str]
    is_plain: ClassVar[bool] = False
    """Whether the name is changed and written like a plain value: what is set beside it stays, as
    far as the new variant has it; where nothing is beside it, it is written alone."""
    variants: ClassVar[dict[str, type[Any]]] = {}
    """The family, by name."""

    name: str

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if Variant in cls.__bases__:
            cls.variants = {}
        elif not cls.is_family():
            cls._enter(cls.model_fields["name"].default)

    @classmethod
    def _enter(cls, name: str) -> None:
        """Enter a variant, in place of itself where its definition is run again."""
        other = cls.variants.get(name, cls)
        if (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"a {cls.noun} is called {name!r} already: {other}")
        cls.variants[name] = cls

    @classmethod
    def is_family(cls) -> bool:
        """Tell a family from its variants, which have a name."""
        return not isinstance(cls.model_fields["name"].default, str)

    @classmethod
    def known_keys(cls) -> list[str]:
        """Return the keys of a variant, or those of all variants of a family."""
        members = cls.variants.values() if cls.is_family() else ()
        keys = [*super().known_keys(), *(key for one in members for key in one.known_keys())]
        return list(dict.fromkeys(keys))

    @property
    def settings(self) -> dict[str, Any]:
        """What is set of the variant beside its name, by key."""
        return {key: getattr(self, key) for key in type(self).model_fields if key != "name"}

    def registered_in(self, registry: Mapping[type[Any], Registered]) -> Registered:
        """Return what is registered for this variant. Raises InputError where nothing is."""
        own = type(self)
        if own not in registry:
            raise InputError(
                f"nothing is registered for the {self.noun} {self.name}, {own.__module__}."
                f"{own.__qualname__}; import the module that does"
            )
        return registry[own]

    @classmethod
    def completed(cls, value: Any, default: Any) -> Any:
        """Return what is set of a variant; without a name, it is the variant of the default."""
        settings = {} if isinstance(value, cls) else as_mapping(value)
        is_named = isinstance(value, cls) or settings.get("name") is not None
        return value if is_named else {**settings, "name": default.name}

    @model_validator(mode="wrap")
    @classmethod
    def _by_name(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Check a value as the variant that it names.

        Null leaves a setting to its default; so does 0 one of another variant, as configs have it
        that were written in full when all variants had the same keys.
        """
        if isinstance(value, cls) or not cls.is_family():
            return handler(value)
        settings = as_mapping(value)
        variant = cls._called(settings.get("name"))
        known, own = cls.known_keys(), variant.known_keys()
        settings = {
            key: value
            for key, value in settings.items()
            if key not in known or (value is not None and (key in own or value != 0))
        }
        variant._check_keys(settings)
        return variant.model_validate(settings)

    @classmethod
    def _called(cls, name: Any) -> type[Self]:
        variant: type[Self] | None = cls.variants.get(name) if isinstance(name, str) else None
        if variant is None:
            near = difflib.get_close_matches(str(name), cls.variants, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            names = listed(map(repr, cls.variants))
            raise ValueError(f"the {cls.plural} are {names}, got {name!r}{hint}")
        return variant

    @classmethod
    def _check_keys(cls, settings: Collection[str]) -> None:
        """Raise ValueError for a setting of another variant, or one that is missing."""
        name, own = cls.model_fields["name"].default, cls.known_keys()
        for key in settings:
            owners = [
                other for other, variant in cls.variants.items() if key in variant.known_keys()
            ]
            if owners and key not in own:
                noun = cls.noun if len(owners) == 1 else cls.plural
                raise ValueError(f"`{key}` belongs to the {noun} {listed(owners)}, not to {name}")
        if any(key not in own for key in settings):
            return  # one that is misspelled may be the one that is missing
        for key, field in cls.model_fields.items():
            if field.is_required() and key not in settings:
                raise ValueError(f"the {cls.noun} {name} needs `{key}`: {field.description}")

    @model_serializer(mode="wrap")
    def _in_short(self, handler: SerializerFunctionWrapHandler) -> Any:
        settings = handler(self)
        return self.name if self.is_plain and len(settings) == 1 else settings
