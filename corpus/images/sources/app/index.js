console.log("Hello from Seaworthy.");
