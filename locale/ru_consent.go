package locale

// ruConsent are the texts of the question before a mailing goes out at once.
func ruConsent() texts {
	return texts{
		plain: map[string]string{
			"Back": "Назад",
			"The start, %s, is not in the future, so the mailing goes out as soon as you save it.":         "Начало (%s) уже наступило, поэтому рассылка уйдёт сразу после сохранения.",
			"A send came due while the mailing was paused. It begins as soon as you resume the mailing.":   "Пока рассылка была на паузе, подошло время отправки. Она начнётся, как только вы продолжите рассылку.",
			"A send came due while the mailing was disabled. It begins as soon as you enable the mailing.": "Пока рассылка была отключена, подошло время отправки. Она начнётся, как только вы включите рассылку.",
			"This mailing cannot begin now. Choose a time, or use “Send now” on its page.":                 "Сейчас эта рассылка начаться не может. Выберите время или нажмите «Отправить сейчас» на её странице.",
		},
		counted: map[string]counted{
			"Send to %d clients now?": {english: "Send to %d client now?", one: "Отправить %d клиенту сейчас?", few: "Отправить %d клиентам сейчас?", many: "Отправить %d клиентам сейчас?"},
			"Send to %d now":          {english: "Send to %d now", one: "Отправить %d клиенту", few: "Отправить %d клиентам", many: "Отправить %d клиентам"},
			"%d of them have already received this message. They will get it again.": {english: "%d of them has already received this message and will get it again.",
				one:  "%d из них уже получил это сообщение и получит его ещё раз.",
				few:  "%d из них уже получили это сообщение и получат его ещё раз.",
				many: "%d из них уже получили это сообщение и получат его ещё раз."},
		},
	}
}
