// asks:     Which families or people have one programme in two regions at one time?
// asks.zh:  哪些家庭或个人同一时期在两个地区享受同一救助项目？
// label:    Suspected aid from two regions
// label.zh: 疑似异地重复享受
// law:      M83-3.1, SAL-66
