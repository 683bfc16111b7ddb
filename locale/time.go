package locale

import (
	"fmt"
	"time"
)

// Time writes a date and a time of day in the printer's zone, as "23 Nov 2026, 14:05". The zero time is "".
func (p *Printer) Time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return p.Date(t) + ", " + p.Clock(t)
}

// Date writes a date in the printer's zone, as "23 Nov 2026" or "23 нояб. 2026". The zero time is "".
func (p *Printer) Date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(p.zone)
	month := t.Format("Jan")
	if p.lang == Russian {
		month = russianMonth(t.Month())
	}
	return fmt.Sprintf("%d %s %d", t.Day(), month, t.Year())
}

// Clock writes a time of day in the printer's zone, as a 24-hour time. The zero time is "".
func (p *Printer) Clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(p.zone).Format("15:04")
}

// russianMonth is the month as CLDR abbreviates it in a date.
func russianMonth(m time.Month) string {
	return [...]string{"янв.", "февр.", "мар.", "апр.", "мая", "июн.", "июл.", "авг.", "сент.", "окт.", "нояб.", "дек."}[m-1]
}

// Weekday names the day of a time in the printer's zone, as "Mon" or "пн".
func (p *Printer) Weekday(t time.Time) string {
	day := t.In(p.zone).Weekday()
	if p.lang == Russian {
		return [...]string{"вс", "пн", "вт", "ср", "чт", "пт", "сб"}[day]
	}
	return day.String()[:3]
}
