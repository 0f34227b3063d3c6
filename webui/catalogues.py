"""The command that keeps the catalogues of sentences in step with the sources.

python -m webui.catalogues [console supervisor ...]    add missing sentences, untranslated, to all or these catalogues
python -m webui.catalogues --check                     every sentence is translated and none is stale
"""

import sys

from webui import extraction

if __name__ == "__main__":
    sys.exit(extraction.main(sys.argv[1:]))
