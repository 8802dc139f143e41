new PagefindUI({ element: '#search', showImages: false });
