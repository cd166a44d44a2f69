// Probe says what a pod can see and reach. Its arguments are done in order, each prints one line, and its exit status
// is 0 only if all of them worked.
//
//	cat=FILE          the file's content, with blanks squeezed
//	write=FILE        writes a file
//	lookup=NAME       addresses of a name
//	dial=HOST:PORT    opens a TCP connection
//	api=PATH          GET from the API server with the pod's own token
//	serve=HOST:PORT   answers every TCP connection with a word, for ever
package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

const account = "/var/run/secrets/kubernetes.io/serviceaccount/"

func cat(file string) (string, error) {
	content, err := os.ReadFile(file)
	return strings.Join(strings.Fields(string(content)), " "), err
}

func write(file string) (string, error) {
	return "written", os.WriteFile(file, []byte("probe\n"), 0o644)
}

func lookup(name string) (string, error) {
	addresses, err := net.LookupHost(name)
	return strings.Join(addresses, " "), err
}

func dial(address string) (string, error) {
	connection, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		return "", err
	}
	return "open", connection.Close()
}

func api(path string) (string, error) {
	token, err := os.ReadFile(account + "token")
	if err != nil {
		return "", err
	}
	authority, err := os.ReadFile(account + "ca.crt")
	if err != nil {
		return "", err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	client := http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	request, err := http.NewRequest(http.MethodGet, "https://kubernetes.default.svc"+path, nil)
	if err != nil {
		return "", err
	}
	request.Header.Set("Authorization", "Bearer "+string(token))
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 300))
	return response.Status + " " + strings.Join(strings.Fields(string(body)), " "), err
}

func serve(address string) (string, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return "", err
	}
	fmt.Println("serving")
	for {
		connection, err := listener.Accept()
		if err != nil {
			return "", err
		}
		fmt.Fprintln(connection, "hello")
		connection.Close()
	}
}

func main() {
	known := map[string]func(string) (string, error){
		"cat": cat, "write": write, "lookup": lookup, "dial": dial, "api": api, "serve": serve,
	}
	failed := false
	for _, argument := range os.Args[1:] {
		name, value, _ := strings.Cut(argument, "=")
		do := known[name]
		if do == nil {
			fmt.Fprintln(os.Stderr, "probe: unknown argument", argument)
			os.Exit(2)
		}
		words, err := do(value)
		if err != nil {
			words, failed = "error: "+err.Error(), true
		}
		fmt.Printf("%s: %s\n", argument, words)
	}
	if failed {
		os.Exit(1)
	}
}
