"""The Slavic future in one word: «подпишут», «розмістить», which look like a present, and «діятиме»."""

from __future__ import annotations

import regex

from monitor.core.language.lemmas import lemma

# Of verbs in -ить (-ити) the prefixed are perfective but for those of motion; of the other verbs of news only
# those whose two aspects differ in the stem are told by their form.
# Imperfective ones that only look as if they had a prefix («становится», «следит»).
_FUTURE = {
    "ru": regex.compile(
        r"(?:вы|при|у|от)лет[ия]т|(?!(?:станов|став|стро|служ|след|стрем|суд|сад|спор|слав|вер|вред|вар|помн|порт)[ия]т)"
        r"(?P<second>(?:по|под|пред|раз|рас|с|за|вы|от|при|про|пре|на|у|воз|вос|до|из|ис|пере|об?|в)\w{2,}"
        r"(?<!ход|вод|воз|нос)[ияа]т(?:ся)?)|"
        r"\w+(?:пиш|ним|прим|введ|вед|йд|верн)[еу]т(?:ся)?|(?:нач|сни|при)[нм][еу]т(?:ся)?|\w*дадут(?:ся)?|\w+даст(?:ся)?"
    ),
    "uk": regex.compile(
        r"(?:ви|при|від)лет[ия]ть|(?!(?:станов|став|служ|стеж|суд|сад|слав|псу)[ия]ть)(?P<second>(?:по|під|перед|роз|з|с|за|ви|від|при|про|на|у|до|пере|об?|в)\w{2,}"
        r"(?<!ход|вод|воз|нос)[ияа]ть(?:ся)?)|"
        r"\w+(?:пиш|нім|прийм|введ|вед|йд|верн|касу)(?:[еє]|[ую]ть)(?:ться|ся)?|(?:роз)?почн(?:е|уть)(?:ться|ся)?|"
        r"\w*дадуть(?:ся)?|\w+дасть(?:ся)?|\w{2,}[иіїая]ти(?:ме|муть)(?:ться)?"  # the last one of any verb: «діятиме»
    ),
}
_SECOND = {"ru": ("ить", "иться"), "uk": ("ити", "итися", "їти", "їтися")}


def is_future(form: str, lang: str) -> bool:
    """Is the folded word a Russian or Ukrainian perfective verb in its present, that is future, form, or a Ukrainian
    one in the future of its own? Doubtful ones are none."""
    found = _FUTURE[lang].fullmatch(form) if lang in _FUTURE else None
    if found is None:
        return False
    return found["second"] is None or lemma(form, lang).endswith(_SECOND[lang])
