// Reads every case. Prints its id and a hash of the image.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
)

type content struct {
	Text         *string
	Base64, Gzip []byte
}

func (c content) bytes() []byte {
	if c.Text != nil {
		return []byte(*c.Text)
	}
	if c.Gzip == nil {
		return c.Base64
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(c.Gzip))
	check(err)
	data, err := io.ReadAll(unpacked)
	check(err)
	return data
}

type testCase struct {
	ID, Class, Control, Effect string
	Removed                    []string
	Files                      map[string]content
	Expect                     map[string]map[string]string
}

func main() {
	folder := os.Args[1]
	var index struct{ Requirements, Safety []struct{ File string } }
	read(folder, "index.json", &index)
	for _, group := range append(index.Requirements, index.Safety...) {
		var vectors struct{ Cases []testCase }
		read(folder, group.File, &vectors)
		for _, c := range vectors.Cases {
			var control struct{ Files map[string]content }
			read(folder, "controls/"+c.Control+".json", &control)
			image := map[string][]byte{}
			for path, data := range control.Files {
				image[path] = data.bytes()
			}
			for _, path := range c.Removed {
				delete(image, path)
			}
			for path, data := range c.Files {
				image[path] = data.bytes()
			}
			// Here a reader of your own would be given the image, and what it does compared with
			// c.Expect["1.1.1"]["reader"], or with c.Effect where the id begins with safety/.
			fmt.Println(c.ID, hash(image))
		}
	}
}

func hash(image map[string][]byte) string {
	paths := []string{}
	for path := range image {
		paths = append(paths, path)
	}
	sort.Strings(paths)
	digest := sha256.New()
	for _, path := range paths {
		fmt.Fprintf(digest, "%s\x00%s\x00", path, image[path])
	}
	return fmt.Sprintf("%x", digest.Sum(nil))
}

func read(folder, path string, into any) {
	text, err := os.ReadFile(filepath.Join(folder, path))
	check(err)
	check(json.Unmarshal(text, into))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
