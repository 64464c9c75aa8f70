// Asks what ClientsTest asks, by Go's net/http. Arguments: base URL, CA file.
package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
)

func main() {
	base := os.Args[1]
	pem, err := os.ReadFile(os.Args[2])
	must(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	transport.ForceAttemptHTTP2 = true
	client := &http.Client{Transport: transport}
	body := bytes.Repeat([]byte("outrigger"), 120_000)
	ask := func(method, path string, content io.Reader) (int, []byte) {
		request, err := http.NewRequest(method, base+path, content)
		must(err)
		response, err := client.Do(request)
		must(err)
		defer response.Body.Close()
		got, err := io.ReadAll(response.Body)
		must(err)
		return response.StatusCode, got
	}
	for i := 0; i < 3; i++ {
		expect(ask("GET", "/hello", nil))(200, []byte("hello GET"))
	}
	expect(ask("HEAD", "/hello", nil))(200, nil)
	expect(ask("DELETE", "/empty", nil))(204, nil)
	expect(ask("GET", "/nothing", nil))(404, []byte("nothing here"))
	expect(ask("GET", "/moved", nil))(200, []byte("hello GET"))
	expect(ask("POST", "/echo", bytes.NewReader(body)))(200, body)
	expect(ask("PUT", "/echo", io.MultiReader(bytes.NewReader(body))))(200, body)
	status, large := ask("GET", "/large", nil)
	expect(status, large)(200, make([]byte, 8<<20))
	var all sync.WaitGroup
	for i := 0; i < 20; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			expect(ask("GET", "/hello", nil))(200, []byte("hello GET"))
		}()
	}
	all.Wait()
	fmt.Println("ok")
}

func expect(status int, body []byte) func(int, []byte) {
	return func(wanted int, content []byte) {
		if status != wanted || !bytes.Equal(body, content) {
			must(fmt.Errorf("got %d with %d bytes, want %d with %d", status, len(body), wanted, len(content)))
		}
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
