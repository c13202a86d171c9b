// Logs with Go's log/syslog: client local|udp|tcp
package main

import (
	"log"
	"log/syslog"
	"os"
)

func main() {
	network, address := os.Args[1], "127.0.0.1:514"
	if network == "local" {
		network, address = "", ""
	}
	writer, err := syslog.Dial(network, address, syslog.LOG_LOCAL2|syslog.LOG_INFO, "billing")
	if err != nil {
		log.Fatal(err)
	}
	writer.Err("card 4242 declined")
	writer.Debug("Grüße")
	log.New(writer, "", log.Lshortfile).Print("through log")
	writer.Close()
}
