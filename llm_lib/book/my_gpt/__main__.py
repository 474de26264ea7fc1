"""The commands around a reader's own file.

python -m llm_lib.book.my_gpt start 9                write my_gpt.py, chapter 9's part empty
python -m llm_lib.book.my_gpt start 9 from=my_gpt.py   the same, behind what you wrote yourself
python -m llm_lib.book.my_gpt check my_gpt.py 9      say what is right in it, and what is not
python -m llm_lib.book.my_gpt show 9 > my_gpt.py     the file as the book has it after chapter 9
python -m llm_lib.book.my_gpt models                 the book's models, as folders that it reads
"""

import sys

from llm_lib.book.my_gpt.check import check_file
from llm_lib.book.my_gpt.models import write_models
from llm_lib.book.my_gpt.stages import text_at
from llm_lib.book.my_gpt.start import start_my_gpt


def run(command: str, *rest: str) -> int:
    """Run a command; return its exit code. Raises ValueError for one that is not there."""
    match command, rest:
        case "start", [chapter]:
            start_my_gpt(chapter)
        case "start", [chapter, mine] if mine.startswith("from="):
            start_my_gpt(chapter, mine=mine.removeprefix("from="))
        case "check", [path, chapter]:
            is_right, found = check_file(path, chapter)
            print(found)
            return 0 if is_right else 1
        case "show", [chapter]:
            print(text_at(chapter), end="")
        case "models", names:
            write_models(*[tuple(names)] if names else ())
        case "start" | "show", []:
            raise ValueError(
                f"{command} needs a chapter: python -m llm_lib.book.my_gpt {command} 9"
            )
        case "check", [] | [_]:
            path = rest[0] if rest else "my_gpt.py"
            example = f"python -m llm_lib.book.my_gpt check {path} 9"
            raise ValueError(f"check needs a file and the chapter that it has come to: {example}")
        case _:
            raise ValueError(f"there is no such command; there are these:\n{__doc__}")
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")
    try:
        return run(*(sys.argv[1:] if arguments is None else arguments) or [""])
    except (ValueError, OSError, ModuleNotFoundError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
