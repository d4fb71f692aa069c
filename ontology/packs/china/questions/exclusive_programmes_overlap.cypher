// asks:     Who holds or is paid two programmes at one time that may not be held together?
// asks.zh:  哪些家庭或个人同时享受了按规定不能同时享受的两个项目？
// label:    Suspected overlap of exclusive programmes
// label.zh: 疑似互斥项目重复享受
// law:      SAL-47, SAL-48
