package locale

import (
	"maps"
	"sync"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message/catalog"
)

// texts are the Russian texts of one feature, by their English key. Each feature has one table, however long.
type texts struct {
	plain   map[string]string
	counted map[string]counted
}

// counted is a text that depends on a whole number. Its key is the English plural.
type counted struct {
	arg            int    // index of the number among the arguments
	english        string // the English singular
	one, few, many string // 1, 21 …; 2–4, 22 …; 5–20, 25 …
}

// allTexts lists the texts of every feature.
func allTexts() []texts {
	return []texts{ruCommon(), ruLayout(), ruErrors(), ruAccount(), ruProfile(), ruHome(), ruSetup(), ruName(), ruMailbox(), ruDomain(), ruClient(), ruMessage(),
		ruMailing(), ruDelivery(), ruStop(), ruUser(), ruTeam(), ruOwner(), ruConflict(), ruPost(), ruBlog(), ruMarkup(), ruLimit(), ruRequest(), ruForm(), ruQuota()}
}

// built is where a printer looks texts up.
type built struct {
	plain map[string]string // texts without arguments, which are not formatted
	forms catalog.Catalog
}

// translations is built once: the texts never change.
var translations = sync.OnceValue(build)

func build() built {
	out := built{plain: map[string]string{}}
	forms := catalog.NewBuilder(catalog.Fallback(language.English))
	for _, feature := range allTexts() {
		maps.Copy(out.plain, feature.plain)
		for key, text := range feature.plain {
			must(forms.SetString(language.Russian, key, text))
		}
		for key, c := range feature.counted {
			must(forms.Set(language.English, key, plural.Selectf(c.arg+1, "", plural.One, c.english, plural.Other, key)))
			must(forms.Set(language.Russian, key, plural.Selectf(c.arg+1, "",
				plural.One, c.one, plural.Few, c.few, plural.Many, c.many, plural.Other, c.many)))
		}
	}
	out.forms = forms
	return out
}

// must panics on a malformed text. The tests find those first.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
