"""The demonstration company 匠造智能装备: it makes robots and lasers for factories, and has sold for a year.

The YAML files say who works there and give the words (`words`) from which `customers`, `deals` and `activities` make
the story, decided by a seed; `load` stores it through the write path, each thing as the person whose it is. Nobody
but the command line and tests may use it; the product never depends on it.
"""

from dougong.crm.demonstration.load import PASSWORD, SIGN_INS, SignIn, has_demonstration, load_demonstration

__all__ = ["PASSWORD", "SIGN_INS", "SignIn", "has_demonstration", "load_demonstration"]
